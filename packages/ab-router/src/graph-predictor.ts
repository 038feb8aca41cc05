import { randomInt } from 'node:crypto';
import { type Builtin, builtinOf, type GraphUnit, type PredictorSpec, repositoryOf, tagOf, unitsOf } from '@switchyard/deployment';
import { type Random, seededRandom } from '@switchyard/experiment';
import type { Call } from '@switchyard/protocol';
import { silentLogger, type Answer, type Predictor } from '@switchyard/server';
import { type ArmMetrics, armMetrics } from './arm-metrics.ts';
import { type Arms, arms } from './arms.ts';
import { averageCombiner } from './builtins/average-combiner.ts';
import { epsilonGreedyUnit } from './builtins/epsilon-greedy.ts';
import { randomAbTestUnit } from './builtins/random-ab-test.ts';
import { simpleModel } from './builtins/simple-model.ts';
import { simpleRouter } from './builtins/simple-router.ts';
import { connect } from './connect.ts';
import { feedbackGraph } from './feedback-graph.ts';
import type { GraphOptions } from './graph-options.ts';
import { metadataGraph } from './metadata-graph.ts';
import { type Node, nodesOf } from './node.ts';
import { predictGraph } from './predict-graph.ts';
import { graphReadiness, readyGraph } from './ready-graph.ts';
import { remembered } from './remembered.ts';
import { remoteUnit } from './remote-unit.ts';
import type { ArmState } from './state/arm-state.ts';
import { openState } from './state/open-state.ts';
import { unitLog } from './unit-log.ts';
import type { UnitWork } from './unit-work.ts';

/** A predictor that is a graph of others. */
export interface GraphPredictor extends Predictor {
  /** Later, as it asks others. */
  predict(call: Call): Promise<Answer>;
  close(): Promise<void>;
}

type Context = {
  readonly predictor: PredictorSpec;
  readonly options: GraphOptions;
  readonly observe: ArmMetrics;
  readonly seedOf: (unit: GraphUnit) => number;
};

/** What the router does itself, by name. */
const builtinUnits: Readonly<Record<Builtin, (unit: GraphUnit, context: Context) => UnitWork | Promise<UnitWork>>> = {
  RANDOM_ABTEST: (unit, context) => randomAbTestUnit(unit, randomOf(unit, context)),
  SIMPLE_ROUTER: () => simpleRouter,
  SIMPLE_MODEL: () => simpleModel,
  AVERAGE_COMBINER: (unit) => averageCombiner(unit.name),
  EPSILON_GREEDY: async (unit, context) => epsilonGreedyUnit(unit, randomOf(unit, context), await stateOf(unit, context)),
};

/**
 * Makes a predictor's inference graph ready to answer. Units are reached lazily: that they are there is for `ready()` to say.
 *
 * @example
 *     const predictor = await graphPredictor(deployment.predictors[0], { name: deployment.name, state: './state' });
 *     const server = await serve(predictor, { kind: 'router', httpPort: 8000, grpcPort: 5001 });
 * @throws StateError where what a bandit learned cannot be read
 */
export async function graphPredictor(predictor: PredictorSpec, options: GraphOptions = {}): Promise<GraphPredictor> {
  const name = options.name ?? predictor.name;
  const order = [...unitsOf(predictor.graph)].map((unit) => unit.name);
  const seed = options.seed;
  const context: Context = {
    predictor,
    options,
    observe: armMetrics(options.metrics, { deployment: name, predictor: predictor.name, version: versionOf(predictor) }),
    seedOf: (unit) => (seed === undefined ? randomInt(2 ** 48 - 1) : seed + order.indexOf(unit.name)), // no two routers draw alike
  };
  const root = await buildNode(predictor.graph, context);
  const nodes = [...nodesOf(root)];
  const metadata = remembered(() => metadataGraph(name, root), 5000); // asked for with every inference of the Open Inference Protocol
  return {
    name,
    predict: (call) => predictGraph(root, call),
    feedback: (feedback, call) => feedbackGraph(root, feedback, call, options.metrics),
    graphMetadata: metadata,
    async metadata() {
      const { inputs, outputs } = await metadata();
      return { name, versions: [], platform: 'seldon', inputs, outputs };
    },
    ready: graphReadiness(root, options.failover === 'off' ? Infinity : (options.settleMs ?? 15_000)),
    async close() {
      await Promise.all(nodes.map((node) => node.work.close()));
    },
  };
}

async function buildNode(unit: GraphUnit, context: Context): Promise<Node> {
  const children = await Promise.all(unit.children.map((child) => buildNode(child, context)));
  const builtin = runsHere(unit);
  const image = unit.container?.image ?? builtin ?? unit.endpoint.host ?? '';
  const labels = { modelName: unit.name, modelImage: repositoryOf(image), modelVersion: tagOf(image) };
  const work = builtin === undefined ? remoteUnit(unit, connect(unit, labels, context)) : await builtinUnits[builtin](unit, context);
  const log = unitLog(unit, context.options);
  return { unit, image, labels, work, children, log, ...(work.choose && { arms: armsOf(unit, work.choose, children, context) }) };
}

function armsOf(
  { name }: GraphUnit,
  choose: NonNullable<UnitWork['choose']>,
  children: readonly Node[],
  { options, observe }: Context,
): Arms {
  const { failover = 'any', log = silentLogger } = options;
  const arm = (index: number): string => children[index]?.unit.name ?? '';
  return arms({
    count: children.length,
    choose,
    failover,
    ask: async (index) => (await readyGraph(children[index] as Node)).needed.length === 0,
    onMoved: (index, why) => observe.failover(name, arm(index), why),
    health: {
      onOut({ arm: index, forMs }) {
        observe.out(name, arm(index), true);
        log.warn(
          { router: name, arm: arm(index), forMs },
          `arm "${arm(index)}" of router "${name}" does not answer; left out of its draws`,
        );
      },
      onBack(index) {
        observe.out(name, arm(index), false);
        log.info({ router: name, arm: arm(index) }, `arm "${arm(index)}" of router "${name}" answers again`);
      },
    },
  });
}

/** A unit whose image a built-in stands in for runs here unless the manifest says where else it answers. */
function runsHere(unit: GraphUnit): Builtin | undefined {
  const { host, httpPort, grpcPort } = unit.endpoint;
  const elsewhere = host !== undefined || httpPort !== undefined || grpcPort !== undefined;
  return unit.implementation === undefined && elsewhere ? undefined : builtinOf(unit);
}

function randomOf(unit: GraphUnit, { seedOf }: Context): Random {
  const own = unit.parameters['seed'];
  return seededRandom(own === undefined ? seedOf(unit) : Number(own));
}

function stateOf(unit: GraphUnit, { predictor, options }: Context): Promise<ArmState> {
  const { namespace = 'default', name = predictor.name } = options;
  return openState({ namespace, deployment: name, predictor: predictor.name, unit: unit.name }, options);
}

/** What Seldon's metrics call the version of a predictor. */
export function versionOf({ annotations }: PredictorSpec): string {
  return annotations['version'] ?? annotations['predictor_version'] ?? '';
}
