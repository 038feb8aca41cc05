import { readFileSync } from 'node:fs';
import { parseDeployment, resolveUnit, unitsOf, type Deployment, type GraphUnit, type PredictorSpec } from '@switchyard/deployment';
import { UserError } from '@switchyard/config';

/** A unit of the graph that gets a process of its own. */
export type PlannedUnit = { readonly unit: GraphUnit; readonly component: string; readonly model: string };

/** What a manifest means on this machine. */
export type Plan = {
  readonly deployment: Deployment;
  readonly predictor: PredictorSpec;
  readonly units: readonly PlannedUnit[];
  /** One sentence a unit: what runs it, and by which rule. */
  readonly reasons: readonly string[];
};

/** @throws UserError where there is no such file; DeploymentError where it is not a valid SeldonDeployment. */
export function readDeployment(file: string): Deployment {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
  return parseDeployment(text, file);
}

/**
 * Says which component serves each unit of a predictor's graph.
 * @param name of the predictor; the one with the most traffic where it is not given.
 */
export function planDeployment(deployment: Deployment, name?: string): Plan {
  const { predictors } = deployment;
  const predictor = name ? predictors.find((each) => each.name === name) : predictors.toSorted((a, b) => b.traffic - a.traffic)[0];
  if (!predictor)
    throw new UserError(`${deployment.name} has no predictor "${name}"; it has ${predictors.map((each) => each.name).join(', ')}`);
  const resolved = [...unitsOf(predictor.graph)].map((unit) => ({ unit, ...resolveUnit(unit, unit.container) }));
  return {
    deployment,
    predictor,
    units: resolved.flatMap(({ unit, component, model }) => (model ? [{ unit, component, model }] : [])),
    reasons: resolved.map(({ why }) => why),
  };
}
