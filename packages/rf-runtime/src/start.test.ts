import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { floatsOf, inferRaw } from './test/binary-client.ts';
import { asSent, trainDigits } from './test/digits.ts';

type Message =
  | { readonly type: 'status'; readonly ready: boolean; readonly httpPort: number }
  | { readonly type: 'loaded'; readonly files: readonly string[]; readonly own: readonly string[] };

const digits = await trainDigits(2000);
await digits.publish();
const argv = ['--store', digits.folder, '--model', 'digits', '--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0'];
const runtime: ChildProcess = fork(new URL('main.ts', import.meta.url), argv, {
  execArgv: ['--conditions=@switchyard/source', '--import', new URL('test/tell-loaded.ts', import.meta.url).href],
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
afterAll(() => runtime.kill('SIGKILL'));

async function told<T extends Message['type']>(type: T, wanted: (message: Message & { type: T }) => boolean = () => true) {
  for (;;) {
    const [message] = (await once(runtime, 'message')) as [Message];
    if (message.type === type && wanted(message as Message & { type: T })) return message as Message & { type: T };
  }
}

const loaded = () => {
  runtime.send('loaded');
  return told('loaded');
};

test('is ready without what only others need, and then a first prediction has all it needs', async () => {
  const { httpPort } = await told('status', ({ ready }) => ready);
  const ready = await loaded();
  expect(ready.own).toContain('http'); // what is told is what is loaded
  expect(ready.files).toContain(new URL('model.ts', import.meta.url).href);
  expect(ready.own.filter((name) => name.includes('undici'))).toEqual([]); // Node's fetch: see packages/server/src/node-http.ts

  const answer = await inferRaw(`http://127.0.0.1:${httpPort}`, 'digits', 784, asSent(digits.test, 0, 1)).answer;
  expect(answer.status).toBe(200);
  expect(floatsOf(answer)).toHaveLength(10);
  expect((await loaded()).files).toEqual(ready.files);
});
