import { assert, constantFrom, property, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import type { GraphUnit } from './graph-unit.ts';
import { imageRules, repositoryOf, resolveUnit, ruleFor, tagOf } from './images.ts';

const container = (image: string, env: Record<string, string> = {}) => ({ name: 'tf-model', image, env, volumeMounts: [] });
const unit = (more: Partial<GraphUnit> = {}): GraphUnit => ({
  name: 'tf-model',
  type: 'MODEL',
  methods: [],
  parameters: {},
  endpoint: { type: 'REST' },
  children: [],
  ...more,
});

test.each([
  ['seldonio/deepmnistclassifier_runtime:0.1', { component: 'tf-runtime', model: 'mnist-softmax' }],
  ['index.docker.io/acme/skmnistclassifier_runtime:0.2', { component: 'rf-runtime', model: 'mnist-forest' }],
  ['localhost:5000/mab_epsilon_greedy', { component: 'ab-router', builtin: 'EPSILON_GREEDY' }],
])('%s of the seed is %o here', (image, expected) => {
  const resolved = resolveUnit(unit(), container(image));
  expect(resolved).toMatchObject(expected);
  expect(resolved.why).toContain(`tf-model: image ${image} is ${expected.component} here`);
  expect(resolved.why).toMatch(/\(by the rule for \w+\)$/);
});

test('our own images serve the model that the parameter names, else the variable', () => {
  const own = container('ghcr.io/x/switchyard/tf-runtime:1', { SWITCHYARD_MODEL: 'from-env' });
  expect(resolveUnit(unit({ parameters: { model: 'from-unit' } }), own)).toMatchObject({ component: 'tf-runtime', model: 'from-unit' });
  expect(resolveUnit(unit(), own)).toMatchObject({ model: 'from-env' });
  expect(resolveUnit(unit(), own).why).toContain('with model "from-env" (by the container\'s variable SWITCHYARD_MODEL)');
  expect(() => resolveUnit(unit(), container('switchyard/rf-runtime'))).toThrow(
    'tf-model: image switchyard/rf-runtime is rf-runtime here, but nothing names its model; give the unit a parameter "model" or a modelUri',
  );
});

test('an image that no rule knows is refused with all rules', () => {
  expect(() => resolveUnit(unit(), container('acme/rmnist:1'))).toThrow(/no component here does the work of image acme\/rmnist:1/);
  for (const rule of imageRules) expect(() => resolveUnit(unit(), container('acme/rmnist:1'))).toThrow(rule.repository);
});

test("the caller's own rules come first", () => {
  const rules = [
    { repository: 'rmnist', component: 'r-runtime', model: 'r' },
    { repository: 'deepmnistclassifier_runtime', component: 'own', model: 'own' },
  ];
  expect(resolveUnit(unit(), container('acme/rmnist:1'), { rules })).toMatchObject({ component: 'r-runtime', model: 'r' });
  expect(resolveUnit(unit(), container('x/deepmnistclassifier_runtime'), { rules })).toMatchObject({ component: 'own' });
});

test('units without a container: built-ins, model servers, servers elsewhere, nothing', () => {
  expect(resolveUnit(unit({ implementation: 'RANDOM_ABTEST' }), undefined)).toEqual({
    component: 'ab-router',
    builtin: 'RANDOM_ABTEST',
    why: 'tf-model: RANDOM_ABTEST is built into the router',
  });
  expect(() => resolveUnit(unit({ implementation: 'SKLEARN_SERVER' }), undefined)).toThrow('does the work of SKLEARN_SERVER');
  expect(resolveUnit(unit({ endpoint: { type: 'REST', host: 'far' } }), undefined)).toMatchObject({ component: 'external' });
  expect(() => resolveUnit(unit(), undefined)).toThrow('neither a container nor an implementation');
});

test('a rule matches whole parts of the path, with any registry, tag and digest', () => {
  const registry = constantFrom('', 'docker.io/', 'localhost:5000/', 'a.b.c/d/e/');
  const tag = constantFrom('', ':1', ':1.2-x', '@sha256:0abc', ':1@sha256:0abc');
  assert(
    property(registry, constantFrom(...imageRules), tag, stringMatching(/^[a-z0-9]{1,5}$/), (where, rule, suffix, letters) => {
      const image = `${where}${rule.repository}${suffix}`;
      expect(repositoryOf(image)).toBe(`${where}${rule.repository}`);
      expect(tagOf(image)).toBe(suffix.startsWith(':') ? suffix.slice(1).replace(/@.*/, '') : '');
      expect(ruleFor(image, imageRules)).toBe(rule);
      expect(ruleFor(`${where}${letters}${rule.repository}`, imageRules)).toBeUndefined();
      expect(ruleFor(`${where}${rule.repository}${letters}${suffix}`, imageRules)).toBeUndefined();
    }),
  );
});
