import { type Builtin, type GraphUnit, type ImageRule, imageRules, resolveUnit, ruleFor } from '@switchyard/deployment';
import type { RenderOptions } from './options.ts';

/** What does the work of a unit on a cluster. */
export type UnitWork =
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  /** Answers elsewhere: no container here. */
  | { readonly kind: 'external' }
  /** Ours; `model` is absent where the container's own variable names it from a secret or a config map. */
  | { readonly kind: 'runtime'; readonly component: string; readonly model?: string }
  /** Any other container that speaks Seldon's internal API. */
  | { readonly kind: 'foreign' };

/**
 * Says what does a unit's work. Unlike on one machine, an image that no rule knows is no problem: the cluster runs it.
 * @throws UnresolvedUnitError where an implementation has nothing here to do its work, or nothing names a runtime's model.
 */
export function unitWork(unit: GraphUnit, names: ReadonlySet<string>, options: Pick<RenderOptions, 'images'>): UnitWork {
  const { container, endpoint, implementation } = unit;
  if (container === undefined || implementation !== undefined) {
    const { builtin } = resolveUnit(unit, undefined);
    return builtin === undefined ? { kind: 'external' } : { kind: 'builtin', builtin };
  }
  const own = options.images as readonly ImageRule[];
  const rule = ruleFor(container.image, [...own, ...imageRules]);
  if (rule === undefined) return { kind: 'foreign' };
  if (rule.builtin !== undefined) {
    // as the router has it: where the manifest says at what address the unit answers, that is what answers
    if (endpoint.host !== undefined) return { kind: 'external' };
    if (endpoint.httpPort !== undefined || endpoint.grpcPort !== undefined) return { kind: 'foreign' };
    return { kind: 'builtin', builtin: rule.builtin };
  }
  const named = unit.parameters['model'] === undefined && container.env['SWITCHYARD_MODEL'] === undefined && names.has('SWITCHYARD_MODEL');
  if (named) return { kind: 'runtime', component: rule.component };
  const { component, model } = resolveUnit(unit, container, { rules: own });
  return { kind: 'runtime', component, ...(model !== undefined && { model }) };
}
