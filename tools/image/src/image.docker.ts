import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, readOrigin, type Image } from './build-image.ts';
import { bundle } from './bundle.ts';
import { readComponent } from './component.ts';
import { docker } from './docker.ts';
import { nativeBase } from './native-base.ts';
import { answering, run, start, type Container } from './test/container.ts';

const workspace = join(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'image-'));
const nodeImage = process.env['NODE_IMAGE'] ?? 'node:24-bookworm-slim';
const label = 'image-test';
const origin = readOrigin(workspace); // once: who works here may commit meanwhile
const tagOf = (name: string): string => `switchyard/${name}:${label}`;
const volume = `switchyard-${label}`;
const started: Container[] = [];

/** Megabytes over the Node base that an image may have. */
const limits: readonly (readonly [name: string, megabytes: number])[] = [
  ['rf-runtime', 30],
  ['ab-router', 30],
  ['deployer', 30],
  ['tf-runtime', 60],
  ['tf-trainer', 60],
  ['rf-trainer', 60],
  ['cli', 60],
];

async function make(name: string, fresh = false): Promise<Image> {
  const component = readComponent(workspace, name);
  const folder = join(scratch, component.name);
  await bundle(workspace, component, folder);
  return buildImage(workspace, component, folder, { tag: tagOf(component.name), nodeImage, origin, fresh });
}

const images = new Map<string, Image>();
beforeAll(async () => {
  await docker(['volume', 'create', volume]);
  for (const [name] of limits) images.set(name, await make(name));
});
afterAll(async () => {
  for (const { id } of started) await docker(['rm', '--force', '--volumes', id]);
  await docker(['volume', 'rm', '--force', volume]);
  for (const { tag } of images.values()) await docker(['rmi', '--force', tag]);
  rmSync(scratch, { recursive: true });
});

it.each(limits)('%s is at most %d MB over Node', (name, megabytes) => {
  const { bytes, baseBytes } = images.get(name)!;
  console.log(`${name}: ${((bytes - baseBytes) / 1e6).toFixed(1)} MB`);
  expect(bytes - baseBytes).toBeLessThan(megabytes * 1e6);
  expect(bytes - baseBytes).toBeGreaterThan(1e6);
});

it.each(limits)('%s says how it is used, with no rights and nothing to write to', async (name) => {
  expect(await run(images.get(name)!.tag, [], '--help')).toMatch(new RegExp(`^(Usage: )?${readComponent(workspace, name).name}`));
});

describe.each(['0', '1'])('made twice with DOCKER_BUILDKIT=%s', (kit) => {
  it('an image is the same', async () => {
    const before = process.env['DOCKER_BUILDKIT'];
    process.env['DOCKER_BUILDKIT'] = kit;
    try {
      const first = await make('rf-trainer', true);
      await docker(['rmi', '--force', first.tag]);
      const second = await make('rf-trainer', true);
      expect(second.id).toBe(first.id);
      expect(await docker(['image', 'inspect', '--format', '{{.Id}}', second.tag])).toBe(first.id);
    } finally {
      process.env['DOCKER_BUILDKIT'] = before;
    }
  });
});

it('states what it is', async () => {
  const [image] = JSON.parse(await docker(['image', 'inspect', tagOf('rf-runtime')])) as [
    { Created: string; Config: { User: string; StopSignal: string; ExposedPorts: object; Labels: Record<string, string> } },
  ];
  expect(image.Config).toMatchObject({ User: '1000:1000', StopSignal: 'SIGTERM', ExposedPorts: { '9000/tcp': {}, '5000/tcp': {} } });
  expect(image.Config.Labels).toMatchObject({
    'org.opencontainers.image.title': 'switchyard/rf-runtime',
    'org.opencontainers.image.version': readComponent(workspace, 'rf-runtime').version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.created': image.Created,
    'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
    'org.opencontainers.image.base.name': nodeImage,
  });
  expect(image.Created).toBe(origin.created);
});

describe('as containers without rights, each with a file system that it cannot write to,', () => {
  it('one trains what another serves', async () => {
    const store = ['--volume', `${volume}:/data`];
    await run(tagOf('rf-trainer'), store, '--n-estimators', '10', '--name', 'digits');
    await run(tagOf('tf-trainer'), store, '--epochs', '1', '--name', 'softmax');
    for (const [runtime, model] of [
      ['rf-runtime', 'digits'],
      ['tf-runtime', 'softmax'],
    ] as const) {
      const container = await start(tagOf(runtime), ['--volume', `${volume}:/data:ro`], '--model', model);
      started.push(container);
      const url = `http://${container.address}:9000`;
      await answering(container, `${url}/health/status`);
      const { data } = (await predict(`${url}/api/v1.0/predictions`)) as { data: { ndarray: number[][] } };
      expect(data.ndarray).toHaveLength(1);
      expect(data.ndarray[0]).toHaveLength(10);
      expect(data.ndarray[0]!.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 3);
      await docker(['stop', container.id]);
      expect(await docker(['inspect', '--format', '{{.State.ExitCode}}', container.id])).toBe('0'); // it drained: it was not killed
    }
  });

  it('the command runs the whole system', async () => {
    const options = ['--volume', `${volume}:/data`, '--tmpfs', '/tmp'];
    const said = await run(tagOf('switchyard'), options, 'up', '--once', '--json', '--requests', '20', '--grpc-requests', '5');
    const events = said.split('\n').map((line) => JSON.parse(line) as { event: string });
    expect(events.map(({ event }) => event)).toContain('ready');
  });
});

describe('on the base that has the native library of TensorFlow', () => {
  const native = async (name: string): Promise<string> => {
    const component = readComponent(workspace, name);
    const tag = `${tagOf(name)}-native`;
    const image = await buildImage(workspace, component, join(scratch, component.name), {
      tag,
      nodeImage: await nativeBase(workspace, nodeImage),
      origin,
    });
    images.set(tag, image);
    expect(image.bytes - image.baseBytes).toBeLessThan(60e6); // the library is the base's, which both share
    return tag;
  };

  it('one trains what another serves, without a network', async () => {
    const [trainer, runtime] = [await native('tf-trainer'), await native('tf-runtime')];
    await run(
      trainer,
      ['--volume', `${volume}:/data`, '--network', 'none'],
      '--preset',
      'mlp',
      '--epochs',
      '1',
      '--name',
      'mlp',
      '--backend',
      'native',
    );
    const container = await start(runtime, ['--volume', `${volume}:/data:ro`], '--model', 'mlp', '--backend', 'native');
    started.push(container);
    const url = `http://${container.address}:9000`;
    await answering(container, `${url}/health/status`);
    expect(await predict(`${url}/api/v1.0/predictions`)).toMatchObject({ data: { ndarray: [expect.any(Array)] } });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('switchyard_model_info{model="mlp",version="1",backend="native"} 1');
  });

  it('it is made once, and states what it is made of', async () => {
    const [base, again] = [await nativeBase(workspace, nodeImage), await nativeBase(workspace, nodeImage)];
    expect(again).toBe(base);
    const bill = JSON.parse(await run(base, ['--entrypoint', 'cat'], '/opt/tensorflow/sbom.json')) as { components: { name: string }[] };
    expect(bill.components.map(({ name }) => name)).toEqual(['tensorflow', '@tensorflow/tfjs-node', 'google-protobuf']);
  });
});

describe.each(['0', '1'])('the Dockerfile, given a clone and nothing else, with DOCKER_BUILDKIT=%s,', (kit) => {
  it('makes an image of the same files', async () => {
    const clone = join(scratch, `clone-${kit}`);
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${workspace}`, clone]);
    const tag = `switchyard/rf-runtime:${label}-clone`;
    const before = process.env['DOCKER_BUILDKIT'];
    process.env['DOCKER_BUILDKIT'] = kit;
    try {
      const given = [`NODE_IMAGE=${nodeImage}`, 'COMPONENT=rf-runtime', ...(process.env['IMAGE_TEST_BUILD_ARGS']?.split(' ') ?? [])];
      const parameters = given.flatMap((each) => ['--build-arg', each]);
      await docker(['build', '--tag', tag, '--file', join(clone, 'tools/image/Dockerfile'), ...parameters, clone]);
      expect(await run(tag, [], '--help')).toContain('rf-runtime: serves a model');
      const main = await run(tag, ['--entrypoint', 'cat'], '/app/sbom.json');
      expect(`${main}\n`).toBe(readFileSync(join(scratch, 'rf-runtime/sbom.json'), 'utf8'));
    } finally {
      process.env['DOCKER_BUILDKIT'] = before;
      await docker(['rmi', '--force', tag]);
    }
  });
});

async function predict(url: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { ndarray: [Array.from({ length: 784 }, (_, pixel) => (pixel % 28 > 12 && pixel % 28 < 16 ? 1 : 0))] } }),
  });
  expect(response.status).toBe(200);
  return response.json();
}
