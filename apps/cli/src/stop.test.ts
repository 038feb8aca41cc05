import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const stop = fileURLToPath(new URL('stop.ts', import.meta.url));
const script = `
  const { listenForStop } = await import(${JSON.stringify(stop)});
  const { promise } = listenForStop(() => process.exit(130));
  setInterval(() => {}, 1000); // the work that is to be ended
  process.send('listening');
  await promise;
  setTimeout(() => process.exit(0), 3000); // what draining takes
`;

async function start() {
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return { child, ended: once(child, 'exit') };
}

it('takes a signal that comes from several sides for one', async () => {
  const { child, ended } = await start();
  for (let n = 0; n < 3; n++) {
    child.kill('SIGTERM');
    await delay(50);
  }
  expect(await ended).toEqual([0, null]);
});

it('ends at once when it is asked again later', async () => {
  const { child, ended } = await start();
  child.kill('SIGINT');
  await delay(1300);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});

it('takes the death of whoever started it for a signal', async () => {
  const { child, ended } = await start();
  child.disconnect();
  expect(await ended).toEqual([0, null]);
});
