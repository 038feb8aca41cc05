import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodePredictor } from '@switchyard/deployment';
import type { Message, Status } from '@switchyard/protocol';
import { predictorOf, restModel } from './test/graph.ts';
import { redisServer, redisTest } from './test/redis-server.ts';
import { startRestUnit } from './test/rest-unit.ts';

let directory: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ab-router-main-'));
});
afterEach(() => {
  for (const each of running.splice(0)) if (each.exitCode === null) each.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Starts the component as its parent would, and waits until its status fits. */
async function start(env: Record<string, string>, fits: (status: Status) => boolean = ({ ready }) => ready) {
  const router = fork(new URL('main.ts', import.meta.url), {
    execArgv: ['--conditions=@switchyard/source'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], SWITCHYARD_HOST: '127.0.0.1', SWITCHYARD_HTTP_PORT: '0', SWITCHYARD_GRPC_PORT: '0', ...env },
  });
  running.push(router);
  router.stdout?.resume();
  const status = await new Promise<Status>((resolve, reject) => {
    router.on('message', (message: Status) => {
      if (message.type === 'status' && fits(message)) resolve(message);
    });
    router.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${status.httpPort}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return { status: response.status, json: (await response.json()) as { meta: Message['meta'] } };
  };
  return { router, status, post };
}

const manifest = `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: digits, namespace: post }
spec:
  predictors:
    - name: main
      graph:
        name: eg-router
        implementation: EPSILON_GREEDY
        parameters: [{ name: epsilon, value: "0", type: FLOAT }]
        children:
          - { name: a, implementation: SIMPLE_MODEL }
          - { name: b, implementation: SIMPLE_MODEL }
`;

test('a killed router knows after its restart what it had learned, under every path of the deployment', async () => {
  const file = join(directory, 'graph.yaml');
  writeFileSync(file, manifest);
  const env = { SWITCHYARD_DEPLOYMENT: file, SWITCHYARD_STATE: join(directory, 'state') };
  const first = await start(env);
  const request = { data: { ndarray: [[1]] } };
  for (const prefix of ['', '/seldon/digits', '/seldon/post/digits']) {
    const { status, json } = await first.post(`${prefix}/api/v1.0/predictions`, request);
    expect(status).toBe(200);
    expect(json.meta).toMatchObject({
      puid: expect.stringMatching(/^.{26}$/),
      routing: { 'eg-router': 0 },
      requestPath: { a: 'SIMPLE_MODEL' },
    });
  }
  const feedback = { response: { meta: { routing: { 'eg-router': 0 } } }, reward: 0 };
  expect(await first.post('/seldon/digits/api/v0.1/feedback', feedback)).toEqual({ status: 200, json: {} });
  first.router.kill('SIGKILL');
  await once(first.router, 'exit');

  const second = await start(env);
  const { json } = await second.post('/api/v0.1/predictions', request);
  expect(json.meta.routing).toEqual({ 'eg-router': 1 });
  second.router.disconnect(); // the parent is gone
  expect(await once(second.router, 'exit')).toEqual([0, null]);
});

/** A bandit over these arms, that never explores. */
const bandit = (...arms: string[]): string =>
  encodePredictor(
    predictorOf({
      name: 'eg',
      implementation: 'EPSILON_GREEDY',
      parameters: [{ name: 'epsilon', value: '0', type: 'FLOAT' }],
      children: arms.map((name) => ({ name, implementation: 'SIMPLE_MODEL' })),
    }),
  );

redisTest(
  'replicas learn together: a reward acknowledged by one that is killed counts once, and for one that starts with other arms',
  async () => {
    const redis = await redisServer('--requirepass', 'secret');
    const env = {
      ENGINE_PREDICTOR: bandit('a', 'b'),
      SELDON_DEPLOYMENT_ID: 'digits',
      SWITCHYARD_STATE: redis.url,
      SWITCHYARD_STATE_PASSWORD: 'secret',
    };
    const [first, second] = await Promise.all([start(env), start(env)]);
    const request = { data: { ndarray: [[1]] } };
    const arms = { a: 0, b: 0 };
    let unanswered = 0;
    const reward = async ({ post }: typeof first, arm: 'a' | 'b'): Promise<void> => {
      const feedback = { response: { meta: { routing: { eg: arm === 'a' ? 0 : 1 } } }, reward: arm === 'a' ? 0 : 0.7 };
      const answer = await post('/api/v1.0/feedback', feedback).catch(() => undefined);
      if (answer?.status === 200) arms[arm]++;
      else unanswered++;
    };
    const send = (router: typeof first, count: number) =>
      Array.from({ length: count }, (_, index) => reward(router, index % 2 === 0 ? 'a' : 'b'));
    await Promise.all(send(first, 20));
    const load = [...send(first, 200), ...send(second, 200)];
    await load[20];
    first.router.kill('SIGKILL');
    await Promise.all(load);

    await vi.waitFor(
      async () => expect((await second.post('/api/v1.0/predictions', request)).json.meta.routing).toEqual({ eg: 1 }),
      60_000,
    );
    const { router, post } = await start({ ...env, ENGINE_PREDICTOR: bandit('new', 'b', 'a') });
    const answers = await Promise.all([1, 2, 3].map(() => post('/api/v1.0/predictions', request)));
    expect(answers.map(({ json }) => json.meta.routing?.['eg'])).toEqual([0, 0, 0]); // never tried, so worth 1
    for (let times = 0; times < 3; times++) await post('/api/v1.0/feedback', { response: { meta: { routing: { eg: 0 } } }, reward: 0 });
    expect((await post('/api/v1.0/predictions', request)).json.meta.routing).toEqual({ eg: 1 });
    router.kill('SIGTERM');
    expect(await once(router, 'exit')).toEqual([0, null]);

    const kept = await redis.command('HGETALL', 'switchyard:default:digits:main:eg');
    const [found = 0, sum] = ['rows', 'micros'].map((kind) => Number(new RegExp(`${kind}:b\\s+\\$\\d+\\s+(\\d+)`).exec(kept)?.[1]));
    expect(found).toBeGreaterThanOrEqual(arms.b);
    expect(found).toBeLessThanOrEqual(arms.b + unanswered);
    expect(sum).toBe(found * 700_000);
  },
);

test('a router says over IPC which unit is not ready, and ends in order by SIGTERM', async () => {
  const unit = await startRestUnit(({ path }) =>
    path === '/health/status' ? { status: 503, body: '{"status":{"info":"still loading"}}' } : '{}',
  );
  try {
    const predictor = encodePredictor(predictorOf(restModel('m', unit.port)));
    const { router, status } = await start({ ENGINE_PREDICTOR: predictor }, ({ ready }) => !ready);
    expect(status.reason).toBe(`unit "m" at http://127.0.0.1:${unit.port} answered 503: still loading`);
    expect((await fetch(`http://127.0.0.1:${status.httpPort}/ready`)).status).toBe(503);
    router.kill('SIGTERM');
    expect(await once(router, 'exit')).toEqual([0, null]);
  } finally {
    await unit.stop();
  }
});
