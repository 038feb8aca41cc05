import type { PredictorPlan } from './plan.ts';

type Backend = { readonly name: string; readonly port: number };

/** What a Gateway API route sends requests to, and copies of them, by the traffic of each predictor. */
export type Backends = {
  readonly backendRefs: readonly (Backend & { readonly weight: number })[];
  readonly mirrors: readonly Readonly<Record<string, unknown>>[];
};

/** Shares of whole percents are weights as they are; others (thirds) are told in hundredths of a percent. */
export function backendsOf(plans: readonly PredictorPlan[], port: number): Backends {
  const live = plans.filter(({ predictor }) => !predictor.shadow);
  const scale = live.every(({ predictor }) => Number.isInteger(predictor.traffic)) ? 1 : 100;
  return {
    backendRefs: live.map(({ name, predictor }) => ({ name, port, weight: Math.round(predictor.traffic * scale) })),
    mirrors: plans
      .filter(({ predictor }) => predictor.shadow && predictor.traffic > 0)
      .map(({ name, predictor }) => ({
        type: 'RequestMirror',
        requestMirror: { backendRef: { name, port }, ...(predictor.traffic < 100 && { percent: predictor.traffic }) },
      })),
  };
}
