import { builtinOf, encodePredictor, type GraphUnit, mapUnits } from '@switchyard/deployment';
import type { PredictorPlan } from './plan.ts';

/**
 * The predictor as its router gets it: with the addresses of its units, and without what is not the graph's. Replicas and traffic are not
 * there: to scale or to shift traffic must not roll the pods.
 */
export function enginePredictor({ predictor, units, works }: PredictorPlan): string {
  const ports = new Map(units.map(({ unit, httpPort, grpcPort }) => [unit.name, { httpPort, grpcPort }]));
  const graph = mapUnits(predictor.graph, (unit): GraphUnit => {
    const own = ports.get(unit.name);
    if (own !== undefined) return { ...unit, endpoint: { ...unit.endpoint, host: '127.0.0.1', ...own } };
    const work = works.get(unit.name);
    if (work?.kind !== 'builtin' || builtinOf(unit) === work.builtin) return unit;
    return { ...unit, implementation: work.builtin }; // by a rule of the options, which the router does not know
  });
  return encodePredictor({
    ...predictor,
    replicas: 1,
    traffic: 100,
    graph,
    containers: predictor.containers.map(({ name, image }) => ({ name, image, env: {}, volumeMounts: [] })),
    volumes: [],
  });
}
