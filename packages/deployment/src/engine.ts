import type { PredictorSpec } from './deployment.ts';
import type { GraphUnit, Parameters } from './graph-unit.ts';
import { parsePredictor } from './parse.ts';
import { DeploymentError } from './problem.ts';

/**
 * A predictor as its engine gets it in `ENGINE_PREDICTOR`: base64 of its JSON in the form of a v1 manifest, which Seldon's own engine reads too.
 *
 * @example
 *     decodePredictor(encodePredictor(predictor))   // deep-equal to predictor
 */
export function encodePredictor(predictor: PredictorSpec): string {
  const { graph, containers, volumes, workload: _, ...rest } = predictor;
  const pods = containers.map(({ env, ...container }) => ({
    ...container,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  }));
  const raw = { ...rest, graph: encodeUnit(graph), componentSpecs: [{ spec: { containers: pods, volumes } }] };
  return Buffer.from(JSON.stringify(raw)).toString('base64');
}

/** @throws DeploymentError where it is not base64 of a predictor's JSON. */
export function decodePredictor(text: string, source = 'ENGINE_PREDICTOR'): PredictorSpec {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(text, 'base64').toString());
  } catch (error) {
    throw new DeploymentError(source, [{ path: '', message: `is not base64 of JSON: ${(error as Error).message}` }]);
  }
  return parsePredictor(raw, source);
}

function encodeUnit(unit: GraphUnit): unknown {
  const { container: _, endpoint, parameters, children, ...rest } = unit;
  const { host, ...ports } = endpoint;
  return {
    ...rest,
    endpoint: { ...ports, ...(host !== undefined && { service_host: host }) },
    parameters: encodeParameters(parameters),
    children: children.map(encodeUnit),
  };
}

/** Parameters in the form of a manifest, which is also that of `PREDICTIVE_UNIT_PARAMETERS`. */
export function encodeParameters(parameters: Parameters): { readonly name: string; readonly value: string; readonly type: string }[] {
  return Object.entries(parameters).map(([name, value]) => ({ name, value: String(value), type: typeOf(value) }));
}

function typeOf(value: string | number | boolean): string {
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'boolean') return 'BOOL';
  return Number.isSafeInteger(value) ? 'INT' : 'DOUBLE';
}
