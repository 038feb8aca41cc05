import type { GraphUnit, UnitMethod } from '@switchyard/deployment';
import { decodeRoute, InferenceError } from '@switchyard/protocol';
import { remembered } from './remembered.ts';
import type { Transport } from './transport.ts';
import type { UnitWork } from './unit-work.ts';

/** The work of a unit that runs in a server of its own: what its type or its methods say that it does. */
export function remoteUnit(unit: GraphUnit, transport: Transport): UnitWork {
  const { type } = unit;
  const has = (method: UnitMethod): boolean => unit.methods.includes(method);
  const work: UnitWork = {
    metadata: () => transport.metadata(),
    ready: remembered(() => transport.ready(), 1000),
    close: () => transport.close(),
  };
  if (type === 'MODEL') work.transformInput = (message, call) => transport.send('predict', message, call);
  else if (type === 'TRANSFORMER' || has('TRANSFORM_INPUT'))
    work.transformInput = (message, call) => transport.send('transformInput', message, call);
  if (type === 'ROUTER' || has('ROUTE'))
    work.route = async (message, call) => routeOf(unit.name, await transport.send('route', message, call));
  if (type === 'COMBINER' || has('AGGREGATE')) work.aggregate = (messages, call) => transport.aggregate(messages, call);
  if (type === 'OUTPUT_TRANSFORMER' || has('TRANSFORM_OUTPUT'))
    work.transformOutput = (message, call) => transport.send('transformOutput', message, call);
  if (type === 'MODEL' || type === 'ROUTER' || has('SEND_FEEDBACK'))
    work.feedback = (feedback, _branch, call) => transport.feedback(feedback, call);
  return work;
}

function routeOf(unit: string, answer: Parameters<typeof decodeRoute>[0]): number {
  try {
    return decodeRoute(answer);
  } catch (error) {
    throw new InferenceError('INTERNAL', `router "${unit}" did not answer with a branch: ${(error as Error).message}`, { cause: error });
  }
}
