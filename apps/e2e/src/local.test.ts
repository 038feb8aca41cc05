import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argmax, testDigits, type Digit } from './digits.ts';
import { predictOverGrpc } from './seldon-client.ts';
import { isAlive, post, switchyard, System, until, workspace, type Event, type Ready } from './system.ts';

const run = promisify(execFile);
const cwd = mkdtempSync(join(tmpdir(), 'switchyard-e2e-'));
const manifest = (name: string): string => join(workspace, 'examples/mnist/deployments', `${name}.yaml`);
const free = ['--port=0', '--grpc-port=0'];
let digits: Digit[];

type Trained = Event & { name: string; accuracy: number; report: string; confusion: string };
type Trial = Event & {
  arms: { arm: string; requests: number; reward: number; accuracy: number }[];
  curl: { predict: string; feedback: string };
};

beforeAll(async () => {
  digits = await testDigits(100);
  // The first run: nothing is there yet. Everything below runs on what it has trained.
  const first = new System(['--once', ...free], cwd);
  const { code, stderr } = await first.ended;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  firstRun = first;
});
let firstRun: System;

describe('the first run', () => {
  it('trains both models as well as promised, with report and confusion matrix', async () => {
    const softmax = await firstRun.event<Trained>('trained', (each) => each.name === 'mnist-softmax');
    const forest = await firstRun.event<Trained>('trained', (each) => each.name === 'mnist-forest');
    expect(softmax.accuracy).toBeGreaterThanOrEqual(0.905);
    expect(forest.accuracy).toBeGreaterThanOrEqual(0.96);
    for (const { report, confusion } of [softmax, forest]) {
      expect(report).toMatch(/precision +recall +f1-score +support/);
      expect(confusion.trim().split('\n').length).toBeGreaterThanOrEqual(10);
    }
  });

  it('sends 220 labelled digits, each with a reward, to both arms', async () => {
    const { arms } = await firstRun.event<Trial>('trial');
    expect(arms.map(({ arm }) => arm)).toEqual(['tf-model', 'rf-model']);
    expect(arms.reduce((sum, { requests }) => sum + requests, 0)).toBe(220);
    for (const { requests, accuracy } of arms) {
      expect(requests).toBeGreaterThan(60);
      expect(accuracy).toBeGreaterThan(0.8);
    }
  });

  it('leaves nothing behind', async () => {
    const { processes } = await firstRun.event<Ready>('ready');
    expect(processes).toHaveLength(3);
    expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });
});

describe('while the A-B test is up', () => {
  let system: System;
  let ready: Ready;
  beforeAll(async () => {
    system = new System(['--requests=20', '--grpc-requests=5', ...free], cwd);
    ready = await system.event<Ready>('ready');
    await system.event('trial');
  });
  afterAll(() => system.stop());

  it('keeps the models that it has', () => {
    expect(system.events.filter(({ event }) => event === 'trained')).toEqual([]);
    expect(system.events.filter(({ event }) => event === 'kept')).toHaveLength(2);
  });

  it('answers the printed curl lines', async () => {
    const { curl } = await system.event<Trial>('trial');
    const prediction = JSON.parse((await run('sh', ['-c', curl.predict])).stdout);
    expect(argmax(prediction.data.ndarray[0])).toBe(digits[0]!.label);
    expect(JSON.parse((await run('sh', ['-c', curl.feedback])).stdout)).not.toHaveProperty('status');
  });

  it("answers the seed notebook's REST calls through the gateway's path", async () => {
    const branches = new Set<number>();
    for (const { pixels } of digits) {
      const { status, json } = await post(`${ready.url}/seldon/mnist-classifier/api/v0.1/predictions`, { data: { ndarray: [pixels] } });
      expect(status).toBe(200);
      expect(json.data.names).toEqual(Array.from({ length: 10 }, (_, at) => `class:${at}`));
      expect(json.data.ndarray[0]).toHaveLength(10);
      expect(json.meta.puid).toMatch(/^[a-z0-9]{26}$/);
      branches.add(json.meta.routing['random-ab-test']!);
    }
    expect([...branches].toSorted((a, b) => a - b)).toEqual([0, 1]);
  });

  it("answers the seed notebook's gRPC call in the request's own encoding", async () => {
    const message = await predictOverGrpc(ready.grpc, digits[0]!.pixels, { seldon: 'mnist-classifier' });
    expect(message.encoding).toBe('tensor');
    expect(message.payload).toMatchObject({ kind: 'tensors', tensors: [{ shape: [1, 10] }] });
    expect(message.meta.puid).toMatch(/^[a-z0-9]{26}$/);
  });

  it('refuses bad input with what was expected', async () => {
    const { status, json } = await post(`${ready.url}/api/v1.0/predictions`, { data: { ndarray: [digits[0]!.pixels.slice(1)] } });
    expect(status).toBe(400);
    expect(json.status.info).toMatch(/783.*784/);
    const raw = await post(`${ready.url}/api/v1.0/predictions`, { data: { ndarray: [digits[0]!.pixels.map((value) => value * 255)] } });
    expect(raw.status).toBe(400);
    expect(raw.json.status.info).toMatch(/outside 0\.\.1/);
  });

  it('draws a digit and its probabilities, and takes the reward for it', async () => {
    const shown = await switchyard(['predict', '0', `--url=${ready.url}`], cwd);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/█{4}/);
    expect(shown.stdout).toMatch(/→ class:7 /);
    expect(shown.stdout).toContain('labelled 7');
    const asked = await switchyard(['predict', '0', '--json', `--url=${ready.url}`], cwd);
    const rewarded = await switchyard(['feedback', '--reward=0.5', '--response=-', `--url=${ready.url}`], cwd, asked.stdout);
    expect(rewarded).toMatchObject({ code: 0, stdout: 'Rewarded with 0.5.\n' });
  });

  it('starts a killed arm again, says so, and serves on', async () => {
    const arm = ready.processes.find(({ name }) => name === 'rf-model')!;
    process.kill(arm.pid, 'SIGKILL');
    await system.event('crashed', (each) => each['name'] === 'rf-model');
    await system.event('status', (each) => each['name'] === 'rf-model' && each['ready'] === true);
    for (let n = 0; n < 20; n++)
      expect((await post(`${ready.url}/api/v1.0/predictions`, { data: { ndarray: [digits[n]!.pixels] } })).status).toBe(200);
  });

  it('refuses to be up twice from one folder', async () => {
    const second = await switchyard(['up', '--once'], cwd);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('mnist-classifier is already up from here');
  });
});

it('asks for credentials where it is told to, of all who ask it, itself among them', async () => {
  const file = join(cwd, 'clients.txt');
  writeFileSync(file, '# of the shop\nt0ken\nann:secret\n');
  const system = new System([`--auth-file=${file}`, '--requests=8', '--grpc-requests=4', '--directory=asked', ...free], cwd);
  const { url } = await system.event<Ready>('ready');
  const { arms, curl } = await system.event<Trial>('trial');
  expect(arms.reduce((sum, { requests }) => sum + requests, 0)).toBe(12);
  const stranger = await fetch(`${url}/api/v1.0/predictions`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(stranger.status).toBe(401);
  for (const line of [curl.predict, curl.feedback]) {
    expect(line).not.toContain('t0ken');
    const { stdout } = await run('bash', ['-c', `${line} -w '%{http_code}'`], { cwd });
    expect(stdout).toMatch(/200$/);
  }
  expect(statSync(join(cwd, 'asked/mnist-classifier/authorization.txt')).mode & 0o777).toBe(0o600);
  expect((await system.stop()).code).toBe(0);
  const without = await switchyard(['up', '--once', '--auth-file=nowhere.txt', ...free], cwd);
  expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere.txt cannot be read') });
});

it('learns with epsilon-greedy which arm is better', async () => {
  const system = new System(['--once', '-f', manifest('epsilon-greedy'), '--grpc-requests=0', '--directory=bandit', ...free], cwd);
  expect((await system.ended).code).toBe(0);
  const { arms } = await system.event<Trial>('trial');
  const [forest, softmax] = arms;
  expect(forest!.arm).toBe('rf-model');
  expect(forest!.requests + softmax!.requests).toBe(200);
  expect(softmax!.requests).toBeGreaterThan(0);
  expect(readdirSync(join(cwd, 'bandit/mnist-classifier/state')).length).toBeGreaterThan(0);
});

it('leaves nothing behind after kill -9 of the command', async () => {
  const system = new System(['-f', manifest('single-model'), '--requests=1', '--grpc-requests=0', ...free], cwd);
  const { processes, url } = await system.event<Ready>('ready');
  await system.event('trial');
  system.child.kill('SIGKILL');
  await until(() => processes.every(({ pid }) => !isAlive(pid)));
  await expect(fetch(url)).rejects.toThrow();
});

it('does not serve an artifact with a flipped byte', async () => {
  const name = 'mnist-forest';
  const store = join(cwd, '.switchyard/models');
  const version = readFileSync(join(store, name, 'latest'), 'utf8').trim();
  const file = join(store, name, version, 'forest.bin');
  const bytes = readFileSync(file);
  const { mode } = statSync(file);
  chmodSync(file, 0o644);
  const damaged = Buffer.from(bytes);
  damaged[5000]! ^= 1;
  writeFileSync(file, damaged);
  try {
    const refused = await switchyard(['up', '--once', ...free], cwd);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: .*mnist-forest.*forest\.bin.*sha256/);
    expect(refused.stderr).not.toMatch(/\n {4}at /);
    const verified = await switchyard(['models', 'verify', name], cwd);
    expect(verified.code).toBe(1);
  } finally {
    writeFileSync(file, bytes);
    chmodSync(file, mode);
  }
  expect((await switchyard(['models', 'verify', name], cwd)).code).toBe(0);
});
