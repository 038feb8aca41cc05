import { InferenceError, type Call, type Message, withMeta } from '@switchyard/protocol';
import type { Node } from './node.ts';

/** What a request's way through the graph leaves behind. */
type Trace = {
  readonly routing: Record<string, number>;
  readonly requestPath: Record<string, string>;
  readonly tags: Record<string, unknown>;
};

const newTrace = (): Trace => ({ routing: {}, requestPath: {}, tags: {} });

/**
 * Takes a request through the graph. The answer is the last unit's own, its data untouched; `puid`, `routing`, `requestPath` and the tags of
 * all units that were called are laid over its meta. As in Seldon's first engine, routing has an entry for each unit that has children.
 */
export async function predictGraph(root: Node, call: Call): Promise<Message> {
  const trace = newTrace();
  const answer = await visit(root, call.message, call, trace);
  const tags = { ...trace.tags, ...answer.meta.tags };
  return withMeta(answer, { puid: call.id, tags, routing: trace.routing, requestPath: trace.requestPath });
}

async function visit(node: Node, message: Message, call: Call, trace: Trace): Promise<Message> {
  const { unit, work, children } = node;
  trace.requestPath[unit.name] = node.image;
  let current = message;
  if (work.transformInput) current = noteTags(await work.transformInput(current, call), trace);
  if (children.length > 0) {
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

function noteTags(message: Message, trace: Trace): Message {
  Object.assign(trace.tags, message.meta.tags);
  return message;
}

/** All at once; the first that fails ends the others' work, for their answers are of no more use. */
async function visitAll(children: readonly Node[], message: Message, call: Call, trace: Trace): Promise<Message[]> {
  if (children.length === 1) return [await visit(children[0] as Node, message, call, trace)];
  const others = new AbortController();
  const signal = AbortSignal.any([call.signal, others.signal]);
  const traces = children.map(newTrace); // put together in the children's order, whoever is the first to answer
  try {
    const outputs = await Promise.all(children.map((child, index) => visit(child, message, { ...call, signal }, traces[index] as Trace)));
    for (const each of traces) {
      Object.assign(trace.routing, each.routing);
      Object.assign(trace.requestPath, each.requestPath);
      Object.assign(trace.tags, each.tags);
    }
    return outputs;
  } catch (error) {
    others.abort(new InferenceError('CANCELLED', 'another branch of the graph failed'));
    throw error;
  }
}

function checkRoute({ unit, children }: Node, route: number): void {
  if (Number.isInteger(route) && route >= -2 && route < children.length) return;
  throw new InferenceError(
    'INTERNAL',
    `router "${unit.name}" chose branch ${route}; its branches are 0..${children.length - 1}, −1 for all, −2 for none`,
  );
}
