import type { KubernetesObject } from '../kubernetes-object.ts';
import { predictorLabels, predictorSelector } from './labels.ts';
import type { PredictorPlan } from './plan.ts';

/** Where there are several replicas, no more than one of them leaves for a drain of nodes at a time. One alone must be free to go. */
export function disruptionBudget({ deployment, predictor, name, namespace }: PredictorPlan): KubernetesObject[] {
  if (predictor.replicas < 2) return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace, labels: predictorLabels(deployment, predictor) },
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow', // a pod that is not ready must not hold up a drain
        selector: { matchLabels: predictorSelector(deployment, predictor) },
      },
    },
  ];
}
