import { UserError } from '@switchyard/config';
import * as z from 'zod';
import { explainEngine } from './explain-engine.ts';

/** How far a push is: layers that are there, and the bytes of those under way. */
export type PushProgress = {
  readonly event: 'push';
  readonly done: number;
  readonly layers: number;
  readonly current: number;
  readonly total: number;
};

const messageSchema = z.object({
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
  aux: z.object({ Digest: z.string().optional() }).optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string() }).optional(),
});

const there = /^(?:Pushed|Layer already exists|Mounted from )/;

/**
 * Follows a push by the engine's messages.
 *
 * @param image its name, for errors
 * @returns the digest under which the registry has the image, `sha256:…`
 * @throws UserError with the registry's words
 */
export async function readPush(image: string, messages: AsyncIterable<unknown>, report: (progress: PushProgress) => void): Promise<string> {
  const layers = new Map<string, { done: boolean; current: number; total: number }>();
  let digest: string | undefined;
  for await (const each of messages) {
    const { status = '', id, progressDetail, aux, error, errorDetail } = messageSchema.parse(each);
    const failed = errorDetail?.message ?? error;
    if (failed !== undefined) throw new UserError(`${image} was not pushed: ${explainEngine(failed)}`);
    digest = aux?.Digest ?? digest;
    if (id === undefined) continue;
    const before = layers.get(id) ?? { done: false, current: 0, total: 0 };
    const { current = before.current, total = before.total } = progressDetail ?? {};
    layers.set(id, { done: there.test(status), current, total: Math.max(total, current) }); // the engine's totals leave out headers
    report({ event: 'push', layers: layers.size, ...sum([...layers.values()]) });
  }
  if (digest === undefined) throw new UserError(`${image} was not pushed: the engine broke off without a word`);
  return digest;
}

function sum(layers: readonly { done: boolean; current: number; total: number }[]): { done: number; current: number; total: number } {
  return {
    done: layers.filter((layer) => layer.done).length,
    current: layers.reduce((bytes, layer) => bytes + (layer.done ? layer.total : layer.current), 0),
    total: layers.reduce((bytes, layer) => bytes + layer.total, 0),
  };
}
