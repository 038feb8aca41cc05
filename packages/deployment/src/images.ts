import type { Container } from './container.ts';
import { type Builtin, type GraphUnit, isBuiltin } from './graph-unit.ts';
import { readModelUri } from './model-uri.ts';

/** What an image is here: the component that does its work, and the model that it serves unless told otherwise. */
export type ImageRule = {
  /** The end of an image's path, without registry and tag: `switchyard/tf-runtime`, `deepmnistclassifier_runtime`. */
  readonly repository: string;
  readonly component: string;
  readonly model?: string;
  /** The router does the image's work itself. */
  readonly builtin?: Builtin;
};

/** The images that this system knows. The seed's carry one model each; ours are told which. */
export const imageRules: readonly ImageRule[] = [
  { repository: 'switchyard/tf-runtime', component: 'tf-runtime' },
  { repository: 'switchyard/rf-runtime', component: 'rf-runtime' },
  { repository: 'deepmnistclassifier_runtime', component: 'tf-runtime', model: 'mnist-softmax' },
  { repository: 'skmnistclassifier_runtime', component: 'rf-runtime', model: 'mnist-forest' },
  { repository: 'mab_epsilon_greedy', component: 'ab-router', builtin: 'EPSILON_GREEDY' },
];

/** What answers for a unit. `why` is a sentence for the user. */
export type Resolution = {
  /** `tf-runtime`, `rf-runtime`, a component of the caller's own rules; `ab-router` for built-ins; `external` for a unit that runs elsewhere. */
  readonly component: string;
  /** The name of the artifact that the component serves. Always there unless the component is `ab-router` or `external`. */
  readonly model?: string;
  readonly builtin?: Builtin;
  readonly why: string;
};

/** A unit that nothing here can do the work of. */
export class UnresolvedUnitError extends Error {
  override readonly name = 'UnresolvedUnitError';
}

/** The repository of an image: `ghcr.io/acme/switchyard/tf-runtime:1.2@sha256:…` → `ghcr.io/acme/switchyard/tf-runtime`. */
export function repositoryOf(image: string): string {
  const untagged = image.replace(/@.*$/, '');
  const slash = untagged.lastIndexOf('/');
  const colon = untagged.indexOf(':', slash + 1);
  return colon < 0 ? untagged : untagged.slice(0, colon);
}

/** The tag of an image; empty where there is none. */
export function tagOf(image: string): string {
  return image.replace(/@.*$/, '').slice(repositoryOf(image).length + 1);
}

/** The first rule whose repository is the image's own or the end of its path. */
export function ruleFor(image: string, rules: readonly ImageRule[]): ImageRule | undefined {
  const repository = repositoryOf(image);
  return rules.find((rule) => repository === rule.repository || repository.endsWith(`/${rule.repository}`));
}

/**
 * Says what runs for a unit of a graph. The caller's `rules` come before the built-in ones.
 *
 * @example
 *     resolveUnit(unit, unit.container).why
 *     // 'tf-model: image seldonio/deepmnistclassifier_runtime:0.1 is tf-runtime here, with model "mnist-softmax" (by the rule for deepmnistclassifier_runtime)'
 * @throws UnresolvedUnitError naming the image and the rules, or the model that is not named.
 */
export function resolveUnit(unit: GraphUnit, container: Container | undefined, options: { rules?: readonly ImageRule[] } = {}): Resolution {
  const { name, implementation } = unit;
  if (isBuiltin(implementation))
    return { component: 'ab-router', builtin: implementation, why: `${name}: ${implementation} is built into the router` };
  if (implementation !== undefined)
    throw new UnresolvedUnitError(
      `${name}: no component here does the work of ${implementation}; give the unit a container of switchyard/tf-runtime or switchyard/rf-runtime`,
    );
  if (container === undefined) {
    if (unit.endpoint.host !== undefined) return { component: 'external', why: `${name}: runs elsewhere, at ${unit.endpoint.host}` };
    throw new UnresolvedUnitError(`${name}: has neither a container nor an implementation`);
  }
  const rules = [...(options.rules ?? []), ...imageRules];
  const rule = ruleFor(container.image, rules);
  if (rule === undefined) throw new UnresolvedUnitError(unmapped(name, container.image, rules));
  const says = `${name}: image ${container.image} is ${rule.component} here`;
  if (rule.builtin !== undefined)
    return {
      component: rule.component,
      builtin: rule.builtin,
      why: `${says}, which has ${rule.builtin} built in (by the rule for ${rule.repository})`,
    };
  const { model, from } = modelOf(unit, container, rule);
  return { component: rule.component, model, why: `${says}, with model "${model}" (by ${from})` };
}

function modelOf(unit: GraphUnit, container: Container, rule: ImageRule): { model: string; from: string } {
  const parameter = unit.parameters['model'];
  if (parameter !== undefined && parameter !== '') return { model: String(parameter), from: "the unit's parameter model" };
  const variable = container.env['SWITCHYARD_MODEL'];
  if (variable) return { model: variable, from: "the container's variable SWITCHYARD_MODEL" };
  const place = unit.modelUri === undefined ? undefined : readModelUri(unit.modelUri);
  if (place !== undefined) return { model: place.model, from: `its modelUri ${unit.modelUri}` };
  if (rule.model !== undefined) return { model: rule.model, from: `the rule for ${rule.repository}` };
  throw new UnresolvedUnitError(
    `${unit.name}: image ${container.image} is ${rule.component} here, but nothing names its model; give the unit a parameter "model" or a modelUri, or the container a variable SWITCHYARD_MODEL`,
  );
}

function unmapped(name: string, image: string, rules: readonly ImageRule[]): string {
  const known = rules.map(
    (rule) =>
      `  …/${rule.repository} → ${rule.component}${rule.model ? `, model ${rule.model}` : ''}${rule.builtin ? `, built-in ${rule.builtin}` : ''}`,
  );
  return `${name}: no component here does the work of image ${image}; the images known are\n${known.join('\n')}`;
}
