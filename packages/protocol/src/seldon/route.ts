import type { Message } from '../call.ts';
import { InferenceError } from '../error.ts';
import { skipBlanks } from '../json/members.ts';
import { parseJson } from '../json/syntax.ts';

const OPEN_LIST = 0x5b;

/**
 * The child that a router chose, from any of the ways that routers say it: `[[k]]` as ndarray or as tensor, or a bare `[k]`.
 * −1 is all children, −2 none.
 * @throws InferenceError INTERNAL where that is no whole number ≥ −2, or cannot be read: the router is at fault, not its client
 */
export function decodeRoute(message: Message): number {
  const values = readRoute(message);
  const route = typeof values[0] === 'bigint' ? Number(values[0]) : values[0];
  if (values.length === 1 && typeof route === 'number' && Number.isInteger(route) && route >= -2) return route;
  const said = values.length === 1 ? String(route) : `${values.length} values`;
  throw new InferenceError('INTERNAL', `the router's answer is ${said}; it must be one whole number ≥ −2`);
}

/** The message with which a router says its choice. */
export function routeMessage(route: number): Message {
  const tensor = { name: '', datatype: 'INT32' as const, shape: [1, 1], data: Int32Array.of(route), columns: [] };
  return { meta: {}, encoding: 'ndarray', payload: { kind: 'tensors', tensors: [tensor] } };
}

function readRoute(message: Message): ArrayLike<unknown> {
  try {
    return routeValues(message);
  } catch (cause) {
    throw new InferenceError('INTERNAL', `the router's answer cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function routeValues(message: Message): ArrayLike<unknown> {
  const body = message.wire?.format === 'seldon-json' ? message.wire.body : undefined;
  if (body && body[skipBlanks(body, 0)] === OPEN_LIST) return (parseJson(body, 'the body') as unknown[]).flat(Infinity);
  const { payload } = message;
  if (payload.kind === 'tensors') return payload.tensors[0]?.data ?? [];
  return payload.kind === 'json' ? [payload.json].flat(Infinity) : [];
}
