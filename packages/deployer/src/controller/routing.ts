import { attachmentsOf } from '../cluster/index.ts';
import type { LiveObject } from '../cluster/index.ts';
import { isRoute } from '../cluster/managed.ts';

/** For so long a gateway may say nothing of a route before that is told, in ms. */
export const silenceMs = 30_000;

/** What gateways say of a deployment's routes. */
export type Routing = {
  /** Why requests from outside do not arrive, a sentence each; none where they do. */
  readonly problems: readonly string[];
  /** Since when a route has waited for its gateway, to be given the next time. */
  readonly silentSince: number | undefined;
  /** When there is something to say if nothing happens before. */
  readonly againMs?: number;
};

/**
 * Reads what gateways say of the routes among a deployment's parts. A deployment that serves is available to its Service whatever they say.
 *
 * @param silentSince of the look before
 * @param now in ms
 */
export function readRouting(parts: readonly LiveObject[], silentSince: number | undefined, now: number): Routing {
  const open = parts.filter(isRoute).flatMap(attachmentsOf);
  const refused = open.filter(({ state }) => state === 'refused').map(({ what, why }) => `${what} is refused: ${why}`);
  const waiting = open.filter(({ state }) => state === 'waiting');
  if (waiting.length === 0) return { problems: refused, silentSince: undefined };
  const since = silentSince ?? now;
  const left = since + silenceMs - now;
  if (left > 0) return { problems: refused, silentSince: since, againMs: left };
  const silent = waiting.map(
    ({ what }) => `nobody has said whether ${what} is accepted: is it there, and does the controller of its class run?`,
  );
  return { problems: [...refused, ...silent], silentSince: since };
}
