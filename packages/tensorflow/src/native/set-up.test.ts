import { once } from 'node:events';
import { mkdirSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Machine } from '../test/machine.ts';
import { lockOf, writeRecord } from './native-library.ts';

// Whole processes on a machine that has nothing and reaches nothing. With registries it is `nx machine-test tensorflow`.
let machine: Machine;
beforeEach(() => void (machine = new Machine({ offline: true })));
afterEach(() => machine.remove());

const left = (): string[] => readdirSync(join(machine.folder, '..')).filter((name) => name !== 'downloads');

test('where no registry is reached it says so in a line, leaves nothing, and WebAssembly computes', async () => {
  const { status, said } = await machine.setUp();
  expect(status).toBe(1);
  expect(said).toMatch(
    /^no native library: npm pack ended with exit code 1: FetchError: request to \S+tfjs-node failed, .*ECONNREFUSED.*\n$/,
  );
  expect(left()).toEqual([]);
  expect(machine.computes()).toMatch(/^wasm, WebAssembly.*its library is not set up/);
});

test('a damaged library is not used, and where it cannot be made anew both are said', async () => {
  mkdirSync(join(machine.folder, 'lib'), { recursive: true });
  writeFileSync(join(machine.folder, 'lib/libtensorflow.so.2'), 'library');
  await writeRecord(machine.folder, 'parts', 'here');
  truncateSync(join(machine.folder, 'lib/libtensorflow.so.2'), 3);
  expect(machine.computes()).toMatch(/^wasm, WebAssembly.*its library is damaged: .*libtensorflow\.so\.2 has 3 bytes, not 7/);
  expect(await machine.setUp()).toMatchObject({ status: 1, said: expect.stringContaining('no native library: ') });
  expect(machine.computes()).toMatch(/^wasm, /);
});

test('killed half-way it leaves nothing that is taken for a library, and the next one clears up', async () => {
  machine.remove();
  const silent = createServer(() => {}); // takes what is asked, and never answers
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  try {
    machine = new Machine({ npm_config_registry: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/` });
    const asked = once(silent, 'request');
    const child = machine.begin();
    await asked;
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(machine.computes()).toMatch(/^wasm, WebAssembly.*its library is being set up/);
    mkdirSync(`${machine.folder}.draft/tfjs-node`, { recursive: true });
    utimesSync(lockOf(machine.folder), new Date(0), new Date(0)); // its holder has not touched it for long
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
  const next = await machine.setUp();
  expect(next.status).toBe(1);
  expect(left()).toEqual([]);
});
