/** What the unit's container is to be, beside its name. */
export type UnitContainer = { readonly image: string; readonly [field: string]: unknown };

export type ManifestOptions = {
  readonly name?: string;
  readonly predictor?: string;
  readonly replicas?: number;
  readonly model?: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** A deployment of one model in one container. The volume is where the test keeps its models. */
export function singleModel(
  container: UnitContainer,
  { name = 'digits', predictor = 'main', replicas = 1, model = 'mnist-forest', annotations = {} }: ManifestOptions = {},
): string {
  return JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name },
    spec: {
      annotations,
      predictors: [
        {
          name: predictor,
          replicas,
          componentSpecs: [
            {
              spec: {
                containers: [{ name: 'classifier', volumeMounts: [{ name: 'models', mountPath: '/data' }], ...container }],
                volumes: [{ name: 'models', persistentVolumeClaim: { claimName: 'models' } }],
              },
            },
          ],
          graph: { name: 'classifier', type: 'MODEL', parameters: [{ name: 'model', value: model, type: 'STRING' }], children: [] },
        },
      ],
    },
  });
}
