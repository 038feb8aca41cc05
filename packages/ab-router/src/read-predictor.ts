import { readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { decodePredictor, parseDeployment, type PredictorSpec } from '@switchyard/deployment';
import type { RouterSettings } from './settings.ts';

/** What there is to run, and the names that its clients call it by. */
export type Running = { readonly predictor: PredictorSpec; readonly name: string; readonly namespace: string | undefined };

/**
 * The predictor that the settings name, by value or by file.
 * @throws UserError or DeploymentError
 */
export function readPredictor(values: RouterSettings): Running {
  const { enginePredictor, deployment: file, predictor: wanted } = values;
  if (enginePredictor !== undefined) {
    const predictor = decodePredictor(enginePredictor);
    return { predictor, name: values.name ?? predictor.name, namespace: values.namespace };
  }
  if (file === undefined) throw new UserError('nothing to run: give --deployment a file, or ENGINE_PREDICTOR a predictor');
  const deployment = parseDeployment(readText(file), file);
  const { predictors, name, namespace } = deployment;
  const predictor = predictors.find((each) => (wanted === undefined ? !each.shadow : each.name === wanted));
  if (predictor === undefined)
    throw new UserError(`${file} has no predictor "${wanted}"; it has ${predictors.map((each) => `"${each.name}"`).join(', ')}`);
  return { predictor, name: values.name ?? name, namespace: values.namespace ?? namespace };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}
