import type { ApiVersion, PredictorSpec } from './deployment.ts';
import type { ReadPredictor } from './predictor.ts';
import type { Findings } from './problem.ts';

/**
 * Settles each predictor's share of the requests, in percent. One predictor alone gets all. Several must add up to 100;
 * v1alpha1 and v1alpha2 had no such field and split by replicas, and so do their manifests here. A shadow takes no share of its own.
 */
export function settleTraffic(predictors: readonly ReadPredictor[], apiVersion: ApiVersion, findings: Findings): PredictorSpec[] {
  const live = predictors.filter((each) => !each.shadow);
  const given = live.some((each) => each.traffic !== undefined);
  const sum = live.reduce((total, each) => total + (each.traffic ?? 0), 0);
  const byReplicas = !given && (live.length === 1 || apiVersion === 'v1alpha1' || apiVersion === 'v1alpha2');
  const path = 'spec.predictors';
  if (live.length === 0) findings.problems.push({ path, message: 'all predictors are shadows; one must answer' });
  else if (!byReplicas && sum !== 100 && !(live.length === 1 && sum === 0))
    findings.problems.push({
      path,
      message: `traffic adds up to ${sum}; it must be 100 over ${live.map((each) => `"${each.name}"`).join(', ')}`,
    });
  const replicas = live.reduce((total, each) => total + each.replicas, 0);
  return predictors.map((each) => {
    if (each.shadow) return { ...each, traffic: each.traffic ?? 100 };
    if (live.length === 1) return { ...each, traffic: 100 };
    return { ...each, traffic: byReplicas ? (100 * each.replicas) / (replicas || 1) : (each.traffic ?? 0) };
  });
}
