import { parseDeployment } from '@switchyard/deployment';
import { array, assert, boolean, constantFrom, integer, property, record, stringMatching, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { renderOptions } from './options.ts';
import { render } from './render.ts';
import { abTest, bandit, canary, single } from './test/manifests.ts';
import { violations } from './test/restricted.ts';
import { rendered, workloads } from './test/rendered.ts';

test('the checker itself finds what breaks the profile', () => {
  expect(violations({ hostNetwork: true, volumes: [{ name: 'x', hostPath: { path: '/' } }], containers: [{ name: 'a' }] })).toEqual([
    'hostNetwork',
    'volume hostPath',
    'a: allowPrivilegeEscalation',
    'a: runAsNonRoot',
    'a: seccompProfile',
    'a: capabilities.drop',
  ]);
});

test.each(Object.entries({ single, abTest, bandit, canary }))('every container of %s keeps to the profile restricted', (_, manifest) => {
  const state = { state: '/state' };
  const found = workloads(rendered(manifest, state)).flatMap(({ spec }) => violations(spec.template.spec));
  expect(found).toEqual([]);
});

test('what a manifest asks for beyond it is its own to answer for', () => {
  const privileged = canary.replace('securityContext: { runAsUser: 8888 }', 'securityContext: { privileged: true }');
  expect(workloads(rendered(privileged)).flatMap(({ spec }) => violations(spec.template.spec))).toEqual(['clean: privileged']);
});

const name = stringMatching(/^[a-z]([-a-z0-9]{0,60}[a-z0-9])?$/);
const image = constantFrom('acme/a:1', 'seldonio/deepmnistclassifier_runtime:0.1', 'seldonio/mab_epsilon_greedy', 'switchyard/rf-runtime');
const predictor = record({
  replicas: integer({ min: 0, max: 3 }),
  shadow: boolean(),
  containers: uniqueArray(record({ name, image }), { minLength: 1, maxLength: 4, selector: (each) => each.name }),
});

/** A chain of units, one a container, of as many predictors as there are names. */
function manifest(
  deployment: string,
  names: readonly string[],
  given: readonly { replicas: number; shadow: boolean; containers: readonly { name: string; image: string }[] }[],
): string {
  const predictors = names.map((own, index) => {
    const { replicas, shadow, containers } = given[index % given.length] ?? { replicas: 1, shadow: false, containers: [] };
    const graph = containers.reduceRight<object | undefined>(
      (child, each) => ({
        name: each.name,
        type: 'TRANSFORMER',
        parameters: [{ name: 'model', value: 'm', type: 'STRING' }],
        children: child === undefined ? [] : [child],
      }),
      undefined,
    );
    return { name: own, replicas, shadow: index > 0 && shadow, componentSpecs: [{ spec: { containers } }], graph };
  });
  return JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1alpha2',
    kind: 'SeldonDeployment',
    metadata: { name: deployment },
    spec: { predictors },
  });
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

test('of any deployment: the same objects each time, each with a name of its own that Kubernetes takes, all restricted', () => {
  const names = uniqueArray(name, { minLength: 1, maxLength: 3 });
  assert(
    property(
      name,
      names,
      array(predictor, { minLength: 1, maxLength: 3 }),
      constantFrom('gateway', 'emissary', 'none'),
      (own, of, given, routes) => {
        const text = manifest(own, of, given);
        const options = renderOptions.parse({ routes });
        const objects = render(parseDeployment(text), options);
        expect(render(parseDeployment(text), options)).toEqual(objects);
        expect(new Set(objects.map(nameOf)).size).toBe(objects.length);
        for (const { metadata } of objects) {
          expect(metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
          for (const value of Object.values(metadata.labels ?? {}))
            expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
        }
        for (const { spec } of workloads(objects)) expect(violations(spec.template.spec)).toEqual([]);
      },
    ),
  );
});
