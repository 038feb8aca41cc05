import { afterEach, expect, test } from 'vitest';
import { controllerMetrics } from './metrics.ts';
import { type HealthServer, serveHealth } from './health-server.ts';

let server: HealthServer | undefined;
afterEach(async () => server?.close());

test('says whether it lives, whether it is ready, and what it has counted', async () => {
  let ready: true | string = 'not told yet: Service of n';
  const metrics = controllerMetrics({ queueDepth: () => 3, leads: () => true, states: () => ['Available', 'Failed', 'Available'] });
  metrics.reconciled('done', 0.02);
  metrics.reconciled('failed', 0.02);
  metrics.failed('watch');
  server = await serveHealth({ ready: () => ready, registry: metrics.registry }, 0);
  const ask = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const answer = await fetch(`http://127.0.0.1:${server!.port}${path}`, { method });
    return [answer.status, await answer.text()];
  };

  expect(await ask('/live')).toEqual([200, 'live\n']);
  expect(await ask('/ready')).toEqual([503, 'not told yet: Service of n\n']);
  ready = true;
  expect(await ask('/ready?verbose')).toEqual([200, 'ready\n']);
  expect((await ask('/nowhere'))[0]).toBe(404);
  expect((await ask('/live', 'POST'))[0]).toBe(405);
  const [, text] = await ask('/metrics');
  for (const line of [
    'switchyard_controller_reconcile_total{result="done"} 1',
    'switchyard_controller_reconcile_total{result="failed"} 1',
    'switchyard_controller_reconcile_seconds_count 2',
    'switchyard_controller_errors_total{what="watch"} 1',
    'switchyard_controller_queue_depth 3',
    'switchyard_controller_leader 1',
    'switchyard_controller_deployments_available 2',
    'switchyard_controller_deployments_creating 0',
    'switchyard_controller_deployments_failed 1',
  ])
    expect(text.split('\n')).toContain(line);
});
