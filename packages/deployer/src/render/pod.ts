import { grace } from './lifecycle.ts';
import { carriedAnnotations, predictorLabels, predictorSelector, roleLabel, roleOf } from './labels.ts';
import type { PredictorPlan } from './plan.ts';
import { routerContainer } from './router-container.ts';
import { routerProbePort } from './router-ports.ts';
import { containerSecurity, podSecurity } from './security.ts';
import { sidecarContainer, unitContainer } from './unit-container.ts';
import { volumesOf } from './volumes.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The template of a predictor's pods: its units' containers, and the router in front of them. */
export function podTemplate(plan: PredictorPlan): Fields {
  const { deployment, predictor, workload } = plan;
  const pods = workload.pods;
  return {
    metadata: {
      labels: {
        ...Object.assign({}, ...pods.map(({ labels }) => labels)),
        ...predictorLabels(deployment, predictor),
        [roleLabel]: roleOf(predictor),
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/path': '/prometheus',
        'prometheus.io/port': String(routerProbePort(plan.options)),
        ...carriedAnnotations(predictor.annotations),
        ...Object.assign({}, ...pods.map(({ annotations }) => annotations)),
      },
    },
    spec: podSpec(plan),
  };
}

function podSpec(plan: PredictorPlan): Fields {
  const { podSpec: written, options, units, sidecars } = plan;
  const { securityContext, imagePullSecrets, initContainers, ...rest } = written;
  const secrets = [...((imagePullSecrets ?? []) as { name: string }[]), ...options.imagePullSecrets.map((name) => ({ name }))];
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false, // a variable for each Service of the namespace could be taken for a setting
    topologySpreadConstraints: spread(plan),
    ...rest,
    terminationGracePeriodSeconds: grace(plan),
    securityContext: podSecurity(securityContext),
    ...(secrets.length > 0 && { imagePullSecrets: [...new Map(secrets.map((each) => [each.name, each])).values()] }),
    ...(Array.isArray(initContainers) && { initContainers: initContainers.map(confined) }),
    containers: [
      ...units.map((unit) => unitContainer(unit, plan)),
      ...sidecars.map((each) => sidecarContainer(each, plan)),
      routerContainer(plan),
    ],
    volumes: volumesOf(plan),
  };
}

const confined = (container: Fields): Fields => ({ ...container, securityContext: containerSecurity(container['securityContext'], false) });

/** Replicas of one version go to several nodes where there are several. */
function spread({ deployment, predictor }: PredictorPlan): readonly Fields[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: predictorSelector(deployment, predictor) },
      matchLabelKeys: ['pod-template-hash'],
    },
  ];
}
