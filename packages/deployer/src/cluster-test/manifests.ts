type Graph = Readonly<Record<string, unknown>>;
type Container = { readonly name: string; readonly image: string; readonly [field: string]: unknown };

export type ManifestOptions = {
  readonly name: string;
  readonly predictor?: string;
  readonly replicas?: number;
  readonly containers?: readonly Container[];
  readonly volumes?: readonly object[];
};

/** A SeldonDeployment of one predictor. */
export function manifest(graph: Graph, { name, predictor = 'main', replicas = 1, containers = [], volumes = [] }: ManifestOptions): string {
  const componentSpecs = containers.length === 0 ? [] : [{ spec: { containers, volumes } }];
  const spec = { predictors: [{ name: predictor, replicas, componentSpecs, graph }] };
  return JSON.stringify({ apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment', metadata: { name }, spec });
}

/** A model that is built into the router: a deployment of it needs no volume and one container. */
const builtin = (name: string): Graph => ({ name, implementation: 'SIMPLE_MODEL', children: [] });

export const single = builtin('first');
export const abTest: Graph = {
  name: 'split',
  implementation: 'RANDOM_ABTEST',
  parameters: [{ name: 'ratioA', value: '0.5', type: 'FLOAT' }],
  children: [builtin('first'), builtin('second')],
};
export const bandit: Graph = {
  name: 'learner',
  implementation: 'EPSILON_GREEDY',
  parameters: [
    { name: 'n_branches', value: '2', type: 'INT' },
    { name: 'epsilon', value: '0.5', type: 'FLOAT' },
  ],
  children: [builtin('first'), builtin('second')],
};

/** A model in a container of its own, which runs a line of JavaScript: any Seldon microservice could be there. */
export function withUnit(options: ManifestOptions, unit: { readonly run?: string; readonly [field: string]: unknown }): string {
  const { run = '', ...fields } = unit;
  const container: Container = { name: 'model', image: 'node:24-bookworm-slim', command: ['node', '-e', run], ...fields };
  return manifest({ name: 'model', type: 'MODEL', children: [] }, { ...options, containers: [container] });
}
