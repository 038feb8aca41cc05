import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployer, events, type Outcome } from './deployer.ts';

// On the engine of DOCKER_HOST and the registry of REGISTRY.
const registry = process.env['REGISTRY'] ?? '';
const base = process.env['NODE_IMAGE'] ?? 'node:24-bookworm-slim';
const image = `${registry}/switchyard-test/build-${Date.now().toString(36)}`;
const context = mkdtempSync(join(tmpdir(), 'switchyard-build-'));

afterAll(() => {
  const names = [`${image}:1`, `${image}:2`, `${image}:target`].filter((each) => docker('image', 'ls', '-q', each) !== '');
  if (names.length > 0) docker('image', 'rm', ...names);
  rmSync(context, { recursive: true });
});

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();

/** Builds a context of these files. */
function build(files: Record<string, string>, ...args: string[]): Promise<Outcome> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(context, name), text);
  return deployer(['build', context, ...args]);
}
const dockerfile = (...lines: string[]) => ({ Dockerfile: [`FROM ${base} AS first`, ...lines].join('\n') });

describe('a build', () => {
  test('with arguments, labels and two tags is pushed, and its digest is that of the registry', async () => {
    const file = join(context, 'digest');
    const files = {
      ...dockerfile('ARG WHO=nobody', 'COPY . /there', 'RUN echo hello $WHO > /hello'),
      kept: 'kept',
      left: 'left out',
      '.dockerignore': 'left\ndigest',
    };
    const outcome = await build(
      files,
      '-t',
      `${image}:1`,
      '-t',
      `${image}:2`,
      '--build-arg',
      'WHO=you',
      '--label',
      'a=b',
      '--push',
      '--digest-file',
      file,
      '--json',
    );
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const told = events(outcome);
    expect(told.filter((each) => each['event'] === 'step').map((each) => each['step'])).toEqual([1, 2, 3, 4, 5]); // labels are a step of their own
    const pushed = told.filter((each) => each['event'] === 'pushed');
    expect(pushed.map((each) => each['image'])).toEqual([`${image}:1`, `${image}:2`]);
    const digest = readFileSync(file, 'utf8');
    expect(pushed.map((each) => each['digest'])).toEqual([digest, digest]);
    expect(JSON.parse(docker('image', 'inspect', `${image}:2`, '--format', '{{json .RepoDigests}}'))).toContain(`${image}@${digest}`);
    expect(JSON.parse(docker('image', 'inspect', `${image}:1`, '--format', '{{json .Config.Labels}}'))).toMatchObject({ a: 'b' });
    expect(docker('run', '--rm', '--entrypoint', 'cat', `${image}:1`, '/hello')).toBe('hello you');
    expect(docker('run', '--rm', '--entrypoint', 'ls', `${image}:1`, '/there').split('\n')).toEqual(['Dockerfile', 'kept']);
  });

  test('stops at its target', async () => {
    const files = dockerfile('RUN echo 1 > /stage', 'FROM first', 'RUN false');
    expect(await build(files, '-t', `${image}:target`, '--target', 'first')).toMatchObject({ code: 0, stderr: '' });
  });

  test.each<[string, string[], RegExp]>([
    [
      'whose step fails',
      ['RUN echo one; echo two; exit 7'],
      /failed at step 2 of 2, RUN echo one; [\s\S]*non-zero code: 7\nthe last lines of that step:\n {2}one\n {2}two\n/,
    ],
    ['that copies what is not there', ['COPY nothing /'], /failed at step 2 of 2, COPY nothing \/\nCOPY failed: file not found/],
    ['that is no Dockerfile', ['RUNN x'], /unknown instruction: RUNN/],
    ['that needs BuildKit', ['RUN --mount=type=cache,target=/x true'], /needs BuildKit/],
  ])('%s says where and why', async (_, lines, words) => {
    const { code, stderr } = await build(dockerfile(...lines), '-t', 'switchyard-test/never:1');
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  test('of an unknown base image, or for a registry that is not there, names it', async () => {
    const unknown = await build({ Dockerfile: `FROM ${registry}/switchyard-test/nowhere:1` }, '-t', 'switchyard-test/never:1');
    expect(unknown.stderr).toMatch(/failed at step 1 of 1, FROM \S+nowhere:1\nthe base image, or its tag, is not in its registry/);
    const absent = await build(dockerfile(), '-t', 'localhost:1/never:1', '--push');
    expect(absent.stderr).toMatch(/localhost:1\/never:1 was not pushed: the engine does not reach the registry/);
    docker('image', 'rm', 'localhost:1/never:1');
  });
});

describe('a registry that asks for a login', () => {
  let guarded: Server;
  let name: string;
  beforeAll(async () => {
    // as a registry answers whoever it does not know; the engine is asked, and it asks this
    guarded = createServer((request, response) => {
      const good = `Basic ${Buffer.from('user:right').toString('base64')}`;
      if (request.headers.authorization === good)
        return response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"', 'content-type': 'application/json' });
      return response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
    });
    await new Promise<void>((resolve) => guarded.listen(0, resolve));
    name = `localhost:${(guarded.address() as AddressInfo).port}/never:1`;
  });
  afterAll(() => void guarded.close());

  test('gets it before the build begins: a wrong password costs no time', async () => {
    for (const [key, text] of [
      ['username', 'user'],
      ['password', 'wrong'],
    ] as const)
      writeFileSync(join(context, key), text);
    const { code, stdout, stderr } = await build(dockerfile('RUN sleep 60'), '-t', name, '--push', '--secret-directory', context);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/no login to localhost:\d+ as "user" \(by \S+\): the registry does not accept the login/);
    expect(stderr).not.toContain('wrong"');
  });
});
