import { afterAll, beforeAll } from 'vitest';
import { runClient } from './python.ts';
import { ask, rows, startServed, type Served } from './served.ts';

/** What the script of a client found, and what the runtime answers to the same rows without one. */
type Asked<Found> = { readonly served: Served; readonly found: Found; readonly expected: number[][] };

/** Runs a client's script against both servers before the tests of a file, whose names are in the answer when these run. */
export function askedBy<Found>(client: string, more: object = {}): Asked<Found> {
  const asked = {} as { -readonly [Part in keyof Asked<Found>]: Asked<Found>[Part] };
  beforeAll(async () => {
    asked.served = await startServed();
    const { runtime, router } = asked.served;
    asked.expected = await ask(runtime);
    asked.found = await runClient<Found>(client, { rows, ...more, runtime, router });
  });
  afterAll(() => asked.served?.stop());
  return asked;
}
