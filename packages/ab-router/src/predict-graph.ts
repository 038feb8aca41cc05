import { CallEnd, InferenceError, type Call, type Message, withMeta } from '@switchyard/protocol';
import { type Arms, noArm } from './arms.ts';
import type { Node } from './node.ts';
import type { UnitCall } from './transport.ts';
import type { UnitLog } from './unit-log.ts';

/** What a request's way through the graph leaves behind. */
type Trace = {
  readonly routing: Record<string, number>;
  readonly requestPath: Record<string, string>;
  /** Undefined until there are any. */
  tags: Readonly<Record<string, unknown>> | undefined;
};

const newTrace = (): Trace => ({ routing: {}, requestPath: {}, tags: undefined });

/**
 * Takes a request through the graph. The answer is the last unit's own, its data untouched; `puid`, `routing`, `requestPath` and the tags of
 * all units that were called are laid over its meta. As in Seldon's first engine, routing has an entry for each unit that has children.
 */
export async function predictGraph(root: Node, call: Call): Promise<Message> {
  const trace = newTrace();
  const answer = await visit(root, call.message, call, trace);
  noteTags(answer, trace);
  const { tags = {}, routing, requestPath } = trace;
  return withMeta(answer, { puid: call.id, tags, routing, requestPath });
}

/** Most graphs are small: what need not wait has no promise of its own. */
function visit(node: Node, message: Message, call: UnitCall, trace: Trace): Promise<Message> {
  return node.log === undefined ? pass(node, message, call, trace) : logged(node, node.log, message, call, trace);
}

async function logged(node: Node, log: UnitLog, message: Message, call: UnitCall, trace: Trace): Promise<Message> {
  log.request(message, call);
  const answer = await pass(node, message, call, trace);
  log.response(answer, call);
  return answer;
}

function pass(node: Node, message: Message, call: UnitCall, trace: Trace): Promise<Message> {
  const { unit, image, work, arms } = node;
  trace.requestPath[unit.name] = image;
  if (arms && !work.transformInput && !work.transformOutput) return visitArm(node, arms, message, call, trace);
  return through(node, message, call, trace);
}

async function through(node: Node, message: Message, call: UnitCall, trace: Trace): Promise<Message> {
  const { unit, work, children, arms } = node;
  let current = message;
  if (work.transformInput) current = noteTags(await work.transformInput(current, call), trace);
  if (arms) current = await visitArm(node, arms, current, call, trace);
  else if (children.length > 0) {
    const route = work.route ? await work.route(current, call) : -1;
    checkRoute(node, route);
    trace.routing[unit.name] = route;
    if (route === -2) return current;
    const outputs =
      route === -1 ? await visitAll(children, current, call, trace) : [await visit(children[route] as Node, current, call, trace)];
    current = work.aggregate ? noteTags(await work.aggregate(outputs, call), trace) : (outputs[0] as Message);
  }
  return work.transformOutput ? noteTags(await work.transformOutput(current, call), trace) : current;
}

function addTrace(trace: Trace, { routing, requestPath, tags }: Trace): void {
  for (const name in routing) trace.routing[name] = routing[name] as number;
  for (const name in requestPath) trace.requestPath[name] = requestPath[name] as string;
  addTags(trace, tags);
}

function noteTags(message: Message, trace: Trace): Message {
  addTags(trace, message.meta.tags);
  return message;
}

function addTags(trace: Trace, tags: Trace['tags']): void {
  if (tags !== undefined) trace.tags = trace.tags === undefined ? tags : { ...trace.tags, ...tags };
}

/**
 * The arm that is drawn; where it does not answer, another, each at most once, until the client's time is up. Only the arm that answered
 * leaves a trace, so that rewards reach the one that served.
 */
async function visitArm({ unit, children }: Node, arms: Arms, message: Message, call: UnitCall, trace: Trace): Promise<Message> {
  const hasty = children.length > 1 ? { ...call, hasty: true } : call;
  let errors: Map<number, InferenceError> | undefined;
  for (let arm = arms.first(); ;) {
    const own = newTrace();
    const last = (errors?.size ?? 0) + 1 === children.length;
    try {
      const answer = await visit(children[arm] as Node, message, last ? call : hasty, own);
      arms.answered(arm);
      trace.routing[unit.name] = arm;
      addTrace(trace, own);
      return answer;
    } catch (error) {
      if (!arms.failed(arm, error) || call.signal.aborted) throw error;
      errors ??= new Map();
      errors.set(arm, error as InferenceError);
      const next = arms.next(errors);
      if (next === undefined) throw noArm(unit.name, [...errors.values()]);
      arms.moved(arm, error);
      arm = next;
    }
  }
}

/** All at once; the first that fails ends the others' work, for their answers are of no more use. */
async function visitAll(children: readonly Node[], message: Message, call: UnitCall, trace: Trace): Promise<Message[]> {
  if (children.length === 1) return [await visit(children[0] as Node, message, call, trace)];
  const end = new CallEnd();
  const leave = (): void => end.abort(call.signal.reason);
  if (call.signal.aborted) leave();
  call.signal.addEventListener('abort', leave);
  const traces = children.map(newTrace); // put together in the children's order, whoever is the first to answer
  try {
    const outputs = await Promise.all(
      children.map((child, index) => visit(child, message, { ...call, signal: end }, traces[index] as Trace)),
    );
    for (const each of traces) addTrace(trace, each);
    return outputs;
  } catch (error) {
    end.abort(new InferenceError('CANCELLED', 'another branch of the graph failed'));
    throw error;
  } finally {
    call.signal.removeEventListener('abort', leave);
  }
}

function checkRoute({ unit, children }: Node, route: number): void {
  if (Number.isInteger(route) && route >= -2 && route < children.length) return;
  throw new InferenceError(
    'INTERNAL',
    `router "${unit.name}" chose branch ${route}; its branches are 0..${children.length - 1}, −1 for all, −2 for none`,
  );
}
