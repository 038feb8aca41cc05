import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Status } from '@switchyard/protocol';

test('a signal drains, however long that takes; a second one ends it at once', async () => {
  const child = fork(new URL('./fixtures/held-main.ts', import.meta.url), { execArgv: ['--conditions=@switchyard/source'], stdio: 'pipe' });
  try {
    const [status] = (await once(child, 'message')) as [Status];
    expect(status).toMatchObject({ type: 'status', ready: true });
    const held = fetch(`http://127.0.0.1:${status.httpPort}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"data":{"ndarray":[[0,0,0,0,0,0]]}}',
    }).catch(() => undefined);
    await once(child, 'message'); // it says that the request has arrived
    child.kill('SIGINT');
    const [draining] = (await once(child, 'message')) as [Status];
    expect(draining).toMatchObject({ ready: false, reason: 'draining' });
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([1, null]);
    await held;
  } finally {
    child.kill('SIGKILL');
  }
});
