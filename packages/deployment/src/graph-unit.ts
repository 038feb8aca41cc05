import type { Container } from './container.ts';

export const unitTypes = ['UNKNOWN_TYPE', 'MODEL', 'ROUTER', 'COMBINER', 'TRANSFORMER', 'OUTPUT_TRANSFORMER'] as const;
export type UnitType = (typeof unitTypes)[number];

/** What a unit answers to when its type does not say so. */
export const unitMethods = ['TRANSFORM_INPUT', 'TRANSFORM_OUTPUT', 'ROUTE', 'AGGREGATE', 'SEND_FEEDBACK'] as const;
export type UnitMethod = (typeof unitMethods)[number];

/** Units that the router is itself; no container. */
export const builtins = {
  RANDOM_ABTEST: 'ROUTER',
  SIMPLE_ROUTER: 'ROUTER',
  EPSILON_GREEDY: 'ROUTER',
  SIMPLE_MODEL: 'MODEL',
  AVERAGE_COMBINER: 'COMBINER',
} as const satisfies Record<string, UnitType>;
export type Builtin = keyof typeof builtins;

/** Seldon's model servers, named by what they load. They need a `modelUri` in place of a container. */
export const modelServers = [
  'SKLEARN_SERVER',
  'XGBOOST_SERVER',
  'TENSORFLOW_SERVER',
  'MLFLOW_SERVER',
  'TRITON_SERVER',
  'HUGGINGFACE_SERVER',
] as const;
export type ModelServer = (typeof modelServers)[number];
export type Implementation = Builtin | ModelServer;

export const isBuiltin = (name: string | undefined): name is Builtin => name !== undefined && Object.hasOwn(builtins, name);

export type Endpoint = {
  readonly type: 'REST' | 'GRPC';
  readonly host?: string;
  readonly httpPort?: number;
  readonly grpcPort?: number;
};

export const loggerModes = ['all', 'request', 'response'] as const;

/** That the unit's requests and answers are logged, and where: at the router's own address for it, unless given. */
export type UnitLogger = { readonly mode: (typeof loggerModes)[number]; readonly url?: string };

export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** One unit of an inference graph with everything below it. */
export type GraphUnit = {
  readonly name: string;
  readonly type: UnitType;
  readonly implementation?: Implementation;
  readonly methods: readonly UnitMethod[];
  /** Values by their declared type: `INT`, `FLOAT` and `DOUBLE` are numbers, `BOOL` is true or false. */
  readonly parameters: Parameters;
  readonly endpoint: Endpoint;
  readonly children: readonly GraphUnit[];
  /** Where its model is: see `readModelUri`. */
  readonly modelUri?: string;
  /** A secret whose entries become variables of what loads the model: the credentials of an object store. */
  readonly envSecretRefName?: string;
  readonly logger?: UnitLogger;
  /** The container of the same name. Absent for built-ins, model servers and units that answer elsewhere. */
  readonly container?: Container;
};

/** The unit and all below it, parents first. */
export function* unitsOf(unit: GraphUnit): Generator<GraphUnit> {
  yield unit;
  for (const child of unit.children) yield* unitsOf(child);
}

/** A copy of the graph in which each unit is what `change` makes of it, its children changed before. */
export function mapUnits(unit: GraphUnit, change: (unit: GraphUnit) => GraphUnit): GraphUnit {
  return change({ ...unit, children: unit.children.map((child) => mapUnits(child, change)) });
}
