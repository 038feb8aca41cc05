import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { loadSavedModel } from '../saved-model/load-saved-model.ts';
import { oneRow } from '../saved-model/one-row.ts';
import type { ModelFiles } from '../weights.ts';
import { recorded, savedModelIn } from './python-models.ts';

/** Loads damaged models one after the other, and says before each which one: `fuzz-worker.ts FROM TO`. */
const [from = 0, to = 0] = process.argv.slice(2).map(Number);
const models = ['several', 'types'].map((name) => savedModelIn(join(recorded, name)));

let loaded = 0;
for (let seed = from; seed < to; seed++) {
  writeSync(1, `${seed}\n`);
  const random = randomOf(seed);
  const files = damaged(models[random(models.length)] as ModelFiles, random);
  try {
    const model = await loadSavedModel(files);
    loaded++;
    try {
      model.predict(oneRow(model.signature.inputs) ?? []);
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
writeSync(1, `loaded ${loaded}\n`);

/** Some bytes of one file changed, copied, cut off or put in. */
function damaged(files: ModelFiles, random: (below: number) => number): ModelFiles {
  const paths = Object.keys(files);
  const path = (random(3) > 0 ? paths.find((each) => each.endsWith('.pb')) : paths[random(paths.length)]) as string;
  let bytes = Buffer.from(files[path] as Uint8Array);
  for (let changes = random(4); changes >= 0; changes--) {
    const at = random(bytes.length);
    const kind = random(8);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length))]);
    else if (kind < 4) bytes[at] = random(256);
    else if (kind < 6) bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    else bytes[at] = (bytes[at] as number) + random(3) - 1;
    if (bytes.length === 0) break;
  }
  return { ...files, [path]: bytes };
}

/** A generator of whole numbers below a bound: mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
