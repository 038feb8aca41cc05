import type { Deployment, PredictorSpec } from '@switchyard/deployment';
import { objectName } from './names.ts';

type Strings = Readonly<Record<string, string>>;

/** The label by which all objects of a deployment are found, Seldon's own. */
export const deploymentLabel = 'seldon-deployment-id';
/** The label by which the pods of one predictor are found, Seldon's own. Its value is the predictor's Deployment. */
export const predictorLabel = 'seldon-app';
/** Whether a pod answers requests, or gets copies of them only. */
export const roleLabel = 'switchyard/role';
export const managedBy = 'switchyard';

/** Labels of every object of a deployment: its own, and those that say whose it is. */
export function deploymentLabels({ name, labels }: Deployment): Strings {
  return {
    ...labels,
    [deploymentLabel]: name,
    'app.kubernetes.io/name': 'seldon-deployment',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': managedBy,
    'app.kubernetes.io/part-of': 'switchyard',
  };
}

/** Labels of what belongs to one predictor. */
export function predictorLabels(deployment: Deployment, predictor: PredictorSpec): Strings {
  return {
    ...deploymentLabels({ ...deployment, labels: { ...deployment.labels, ...predictor.labels } }),
    [predictorLabel]: objectName(deployment.name, predictor.name),
    'app.kubernetes.io/component': objectName(predictor.name),
  };
}

/** Finds the pods of one predictor. A Deployment's selector can never change: nothing but names is in it. */
export function predictorSelector(deployment: Deployment, predictor: PredictorSpec): Strings {
  return { [deploymentLabel]: deployment.name, [predictorLabel]: objectName(deployment.name, predictor.name) };
}

/** Finds the pods of all predictors that answer. */
export function liveSelector({ name }: Deployment): Strings {
  return { [deploymentLabel]: name, [roleLabel]: 'live' };
}

export const roleOf = ({ shadow }: PredictorSpec): string => (shadow ? 'shadow' : 'live');

/** What other tools note of an object is about that object alone; on a copy it would mislead them. */
const ofOthers = ['kubectl.kubernetes.io/', 'meta.helm.sh/', 'argocd.argoproj.io/'];

/** The annotations of a manifest that what is made of it carries on. */
export function carriedAnnotations(annotations: Strings): Strings {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !ofOthers.some((prefix) => key.startsWith(prefix))));
}
