import type { KubernetesObject } from '../kubernetes-object.ts';
import { carriedAnnotations, predictorLabels, predictorSelector } from './labels.ts';
import { grace } from './lifecycle.ts';
import type { PredictorPlan } from './plan.ts';
import { podTemplate } from './pod.ts';

/** The Deployment of a predictor. A new version replaces the old one pod by pod, and none before its successor is ready. */
export function deploymentOf(plan: PredictorPlan): KubernetesObject {
  const { deployment, predictor, workload, options, name, namespace } = plan;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      labels: predictorLabels(deployment, predictor),
      annotations: { ...carriedAnnotations({ ...deployment.annotations, ...predictor.annotations }), ...graceNote(plan) },
    },
    spec: {
      replicas: predictor.replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: workload.progressDeadlineSeconds ?? options.progressDeadlineSeconds,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: predictorSelector(deployment, predictor) },
      template: podTemplate(plan),
    },
  };
}

function graceNote(plan: PredictorPlan): Record<string, string> {
  const written = plan.podSpec['terminationGracePeriodSeconds'];
  if (typeof written !== 'number' || written >= grace(plan)) return {};
  return { 'switchyard/termination-grace': `raised from ${written} s to ${grace(plan)} s, so that requests under way are answered` };
}
