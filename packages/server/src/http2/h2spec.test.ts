import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { h2Server } from '../fixtures/h2-server.ts';
import { headerBlock } from './hpack/header-block.ts';
import type { ServerStream } from './stream.ts';

const program = 'h2spec';
const missing = spawnSync(program, ['--version']).error !== undefined;
if (missing) console.warn(`left out: what ${program} asks of HTTP/2, as the program is not there`);

const head = headerBlock({ ':status': '200', 'content-type': 'text/plain' });
const text = Buffer.from('an answer that takes more than one window of a byte');

/** Answers when all of a request has come: what is wrong with one is to be told before. */
function answer(stream: ServerStream): void {
  stream.receiver = {
    received: () => stream.release(),
    receivedAll() {
      stream.respond(head);
      stream.write(text);
      stream.end(Buffer.alloc(0));
    },
    closed() {},
    check() {},
  };
}

test.skipIf(missing)('all that h2spec asks of a server', { timeout: 120_000 }, async () => {
  const { port } = await h2Server(answer);
  const told = await promisify(execFile)(program, ['--strict', '--timeout', '3', '--port', String(port)]).catch(
    (failed: { stdout: string }) => failed,
  );
  expect(told.stdout.slice(Math.max(0, told.stdout.indexOf('Failures:')))).toMatch(/146 tests, 14[56] passed, [01] skipped, 0 failed\n$/);
});
