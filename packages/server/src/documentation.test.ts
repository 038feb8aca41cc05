import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { someRow } from './fixtures/linear.ts';
import { heldPredictor, serveLocally } from './fixtures/serving.ts';
import type { ServeOptions } from './serve.ts';

const page = await readFile(new URL('../../../docs/serving.md', import.meta.url), 'utf8');
const [refused, late] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => JSON.parse(text!) as object);
const body = JSON.stringify({ data: { ndarray: [someRow] } });

/** The answer to a request while two others are under way. */
async function third(options: Partial<ServeOptions>, own: Record<string, string> = {}): Promise<unknown> {
  const held = heldPredictor();
  const server = await serveLocally(held.predictor, { drainMs: 0, ...options });
  const post = (more: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${server.httpPort}/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more },
      body,
    });
  const others = [post(), post()];
  await held.arrived(2);
  const answer = (await (await post(own)).json()) as unknown;
  held.release();
  for (const each of await Promise.all(others)) await each.arrayBuffer();
  await server.close();
  return answer;
}

test('the errors of docs/serving.md are those that clients get', async () => {
  expect(await third({ maxConcurrent: 2 })).toEqual(refused);
  expect(await third({}, { 'x-request-timeout': '0.05' })).toEqual(late);
});

test('its settings are those of a runtime, with their defaults', async () => {
  const main = fileURLToPath(new URL('fixtures/runtime-main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', main, '--help']);
  const stated = [...page.matchAll(/^\| `(--[a-z-]+)` \| (\d+) \|/gm)].map(([, flag, value]) => [flag, value]);
  const told = stated.map(([flag]) => [
    flag,
    new RegExp(`^  ${flag} <value>\\n(?:      .*\\n)*?      Default: (.+?)\\. `, 'm').exec(stdout)?.[1],
  ]);
  expect(stated.length).toBeGreaterThan(6);
  expect(stated).toEqual(told);
});
