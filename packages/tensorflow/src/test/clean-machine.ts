// A machine that has nothing gets the native library, by the registries alone: killed half-way, by two at once, damaged: nx machine-test tensorflow
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, truncateSync, utimesSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockOf } from '../native/native-library.ts';
import { partsOf } from '../native/parts.ts';
import { fetchWheel } from '../native/registry.ts';
import { Machine } from './machine.ts';

const wheel = partsOf[`${process.platform}-${process.arch}`]?.wheel;
if (wheel === undefined) {
  console.log(`left out: the package registries have no library for ${process.platform}-${process.arch}`);
} else {
  // fetched once: from there on pip finds it in a folder, as with a mirror
  const mirror = mkdtempSync(join(tmpdir(), 'mirror-'));
  const machine = new Machine({ PIP_FIND_LINKS: mirror, TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:1/' });
  try {
    await fetchWheel(wheel, mirror);
    await tryMachine(machine);
  } finally {
    machine.remove();
    rmSync(mirror, { recursive: true });
  }
}

async function tryMachine(machine: Machine): Promise<void> {
  const killed = machine.begin();
  await once(killed.stdout!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'close');
  assert.match(machine.computes(), /^wasm, .*its library is being set up/);
  console.log('killed half-way: WebAssembly computes');

  utimesSync(lockOf(machine.folder), new Date(0), new Date(0)); // its holder has not touched it for long
  const both = await Promise.all([machine.setUp(), machine.setUp()]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [0, 0],
  );
  const made = both.filter(({ said }) => said.includes('compiling'));
  assert.equal(made.length, 1, 'one makes the library, the other one waits for it');
  await expectWhole(machine);
  console.log('two at once: one made it, both have it');

  const libraries = join(machine.folder, 'tfjs-node/deps/lib');
  const library = join(libraries, readdirSync(libraries)[0] as string);
  flip(library, 1_000_000);
  const { status, said } = await machine.setUp();
  assert.equal(status, 0);
  assert.match(said, /is damaged: .* has another digest; it is made anew/);
  await expectWhole(machine);
  console.log('one byte changed: made anew');

  truncateSync(library, 1_000_000);
  assert.match(machine.computes(), /^wasm, .*its library is damaged: /);
  console.log('cut short: WebAssembly computes');
}

function flip(path: string, position: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, position);
  writeSync(file, Buffer.of(byte[0]! ^ 1), 0, 1, position);
  closeSync(file);
}

async function expectWhole(machine: Machine): Promise<void> {
  assert.deepEqual(readdirSync(join(machine.folder, '..')), [machine.folder.split('/').at(-1)]); // and nothing beside it
  assert.match(machine.run(join(import.meta.dirname, 'train-and-run.ts')), /: native, .*the loss fell/);
}
