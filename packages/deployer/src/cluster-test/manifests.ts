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
export function manifest(graph: Graph, options: ManifestOptions): string {
  return manifestOf(options.name, [predictorOf(graph, options)]);
}

export function predictorOf(
  graph: Graph,
  { predictor = 'main', replicas = 1, containers = [], volumes = [] }: Omit<ManifestOptions, 'name'>,
): object {
  const componentSpecs = containers.length === 0 ? [] : [{ spec: { containers, volumes } }];
  return { name: predictor, replicas, componentSpecs, graph };
}

export function manifestOf(name: string, predictors: readonly object[]): string {
  const spec = { predictors };
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
export function withUnit(options: ManifestOptions, unit: UnitOptions): string {
  return manifest({ name: 'model', type: 'MODEL', children: [] }, { ...options, containers: [unitOf('model', unit)] });
}

export type UnitOptions = { readonly run?: string; readonly [field: string]: unknown };
export const unitOf = (name: string, { run = '', ...fields }: UnitOptions): Container => ({
  name,
  image: process.env['NODE_IMAGE'] ?? 'node:24-bookworm-slim',
  command: ['node', '-e', run],
  ...fields,
});

/** A microservice of others that takes its time, and ends the moment it is told to: what it has begun is lost. */
export const hasty = (answerMs: number): string => `
  process.on('SIGTERM', () => process.exit(0));
  require('node:http').createServer((request, response) => {
    const answer = () => response.setHeader('content-type', 'application/json').end('{"data":{"ndarray":[[1]]}}');
    request.resume().on('end', () => setTimeout(answer, request.method === 'POST' ? ${answerMs} : 0));
  }).listen(process.env.PREDICTIVE_UNIT_HTTP_SERVICE_PORT);`;
