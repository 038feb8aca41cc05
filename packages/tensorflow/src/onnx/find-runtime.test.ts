import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TensorFlowError } from '../tensorflow-error.ts';
import { findOnnxRuntime } from './find-runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'onnxruntime-'));
afterAll(() => rmSync(folder, { recursive: true }));

function install(at: string, version: string): string {
  const home = join(folder, at, 'node_modules/onnxruntime-node');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', version }));
  return home;
}

test('is taken from the folder that is named, else from the cache of the user', () => {
  const named = install('named', '1.31.0');
  const cached = install('cache/switchyard/onnxruntime', '1.30.0');
  const cache = { XDG_CACHE_HOME: join(folder, 'cache') };
  expect(findOnnxRuntime({ ...cache, SWITCHYARD_ONNXRUNTIME: join(folder, 'named') })).toEqual({ folder: named, version: '1.31.0' });
  expect(findOnnxRuntime(cache)).toEqual({ folder: cached, version: '1.30.0' });
});

test('where it is not there, it is said how to have it', () => {
  const nowhere = join(folder, 'nowhere');
  expect(() => findOnnxRuntime({ SWITCHYARD_ONNXRUNTIME: nowhere })).toThrow(
    new TensorFlowError(
      `an ONNX model needs the package onnxruntime-node, which is not in ${nowhere}, where SWITCHYARD_ONNXRUNTIME says: npm install --prefix ${nowhere} --ignore-scripts onnxruntime-node@1.30.0`,
    ),
  );
  const command = 'npm install --prefix ~/.cache/switchyard/onnxruntime --ignore-scripts onnxruntime-node@1.30.0';
  expect(() => findOnnxRuntime({ XDG_CACHE_HOME: nowhere })).toThrow(`which is not installed: ${command.replace('~/.cache', nowhere)}`);
  const page = readFileSync(new URL('../../../../docs/bringing-tensorflow.md', import.meta.url), 'utf8');
  expect(page).toContain(`\n${command}\n`);
});
