import { parseDeployment, readModelUri, resolveUnit, unitsOf, type GraphUnit } from '@switchyard/deployment';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { Served } from './decide-rollout.ts';

/**
 * Which version of a model a SeldonDeployment serves: of the predictor with most of the traffic, what the unit's parameter
 * `model_version` says.
 */
export function servedVersion(object: KubernetesObject, model: string): Served {
  const { predictors } = parseDeployment(JSON.stringify(object), `SeldonDeployment ${object.metadata.name}`);
  const [main] = predictors.filter(({ shadow }) => !shadow).toSorted((a, b) => b.traffic - a.traffic);
  const unit = main && [...unitsOf(main.graph)].find((each) => modelOf(each) === model);
  if (unit === undefined) return { kind: 'none' };
  const place = unit.modelUri === undefined ? undefined : readModelUri(unit.modelUri, model);
  const stated = unit.parameters['model_version'] ?? unit.container?.env['SWITCHYARD_MODEL_VERSION'] ?? place?.version;
  const version = String(stated ?? 'latest');
  return version === 'latest' ? { kind: 'latest' } : { kind: 'pinned', version };
}

/** The model of a unit, where it is one of ours; a unit of others has none that we know. */
function modelOf(unit: GraphUnit): string | undefined {
  const named = unit.parameters['model'] ?? unit.container?.env['SWITCHYARD_MODEL'];
  if (named !== undefined) return String(named);
  try {
    return resolveUnit(unit, unit.container).model;
  } catch {
    return undefined;
  }
}
