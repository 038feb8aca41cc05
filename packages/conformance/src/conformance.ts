import { afterAll, beforeAll, describe } from 'vitest';
import { coding } from './coding.ts';
import { drain } from './drain.ts';
import { restErrors } from './errors.ts';
import { health } from './health.ts';
import { load } from './load.ts';
import { oipExtensions } from './oip-extensions.ts';
import { oipGrpc } from './oip-grpc.ts';
import { oipRest } from './oip-rest.ts';
import { rowsRest } from './rows-rest.ts';
import { seldonGrpc } from './seldon-grpc.ts';
import { seldonRest } from './seldon-rest.ts';
import type { ConformanceOptions, Start, Subject, Target } from './target.ts';

/**
 * Holds a server to every promise of the wire, over real sockets: to be called in a vitest file. `start` is called once for most of the
 * tests, and once more for the one that stops it.
 *
 * @example
 *     conformance('rf-runtime', async () => {
 *       const server = await serve(predictor, { kind: 'model', host: '127.0.0.1', httpPort: 0, grpcPort: 0 });
 *       return {
 *         http: `http://127.0.0.1:${server.httpPort}`,
 *         grpc: `127.0.0.1:${server.grpcPort}`,
 *         model: 'mnist-forest', row, width: 784, classes: 10, range: { min: 0, max: 1 }, badValue: 254,
 *         stop: () => server.close(),
 *       };
 *     });
 */
export function conformance(name: string, start: Start, { kind = 'model' }: ConformanceOptions = {}): void {
  describe(`${name} keeps the promises of the wire`, () => {
    let target: Target | undefined;
    const subject: Subject = {
      kind,
      start,
      get target() {
        if (!target) throw new Error(`${name} did not start`);
        return target;
      },
    };
    beforeAll(async () => void (target = await start()));
    afterAll(() => target?.stop());

    for (const group of [seldonRest, seldonGrpc, oipRest, oipGrpc, oipExtensions, rowsRest, restErrors, coding, health, load, drain])
      group(subject);
  });
}
