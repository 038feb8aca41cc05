import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Loads so many damaged SavedModels, and as many damaged models of ONNX, each of a seed of its own: `nx fuzz tensorflow`. Ends with 1 where one
 * ends or stops the process that loads it, and names its seed.
 */
const [count = 150, from = 0] = process.argv.slice(2).map(Number);
const workers = { SavedModel: './fuzz-worker.ts', ONNX: './fuzz-onnx.ts' };
const secondsEach = 150; // a trial has 120

let failed = 0;
for (const [what, file] of Object.entries(workers)) {
  const worker = fileURLToPath(new URL(file, import.meta.url));
  for (let seed = from; seed < from + count; seed++) {
    const ended = await runFrom(worker, seed, from + count);
    seed = ended.seed;
    if (ended.how === undefined) break;
    failed++;
    console.error(`${what}, seed ${seed}: ${ended.how}`);
  }
}
console.log(`${count * Object.keys(workers).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Where the worker ended, and how if that was not at the last seed. */
function runFrom(worker: string, start: number, end: number): Promise<{ seed: number; how?: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, worker, String(start), String(end)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let seed = start;
    let words = '';
    let hangs = false;
    const watch = () => setTimeout(() => (hangs = child.kill('SIGKILL')), secondsEach * 1000);
    let timer = watch();
    child.stdout.on('data', (data: Buffer) => {
      clearTimeout(timer);
      timer = watch();
      seed = Number(/(\d+)\n(?:loaded \d+\n)?$/.exec(data.toString())?.[1] ?? seed);
    });
    child.stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-2000)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve({ seed: end });
      resolve({ seed, how: hangs ? `hangs for ${secondsEach} s` : `${signal ?? `code ${code}`} ${words.trim()}` });
    });
  });
}
