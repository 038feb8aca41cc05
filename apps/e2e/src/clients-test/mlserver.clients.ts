import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeTo } from './close-to.ts';
import { pythonOf } from './python.ts';
import { ask, rows, startServed, type Served } from './served.ts';

let served: Served;
let folder: string;
beforeAll(async () => {
  pythonOf('mlserver'); // the first time, it is installed
  served = await startServed();
  folder = await mkdtemp(join(tmpdir(), 'mlserver-'));
});
afterAll(async () => {
  await served?.stop();
  await rm(folder, { recursive: true });
});

describe.each(['runtime', 'router'] as const)('mlserver infer and the %s', (server) => {
  test.each([
    ['JSON', []],
    ['binary data', ['--binary-data']],
    ['micro-batches', ['--batch-size', '4']],
  ])('a file of requests as %s is answered line by line', async (_, flags) => {
    const { http } = served[server];
    const expected = await ask(served.runtime);
    const requests = Array.from({ length: 20 }, (_, index) => ({
      id: `r-${index}`,
      inputs: [{ name: 'x', shape: [1, 4], datatype: 'FP32', data: rows[index % 2] }],
    }));
    const [input, output] = [join(folder, 'in.jsonl'), join(folder, 'out.jsonl')];
    await writeFile(input, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
    const files = ['--input-data-path', input, '--output-data-path', output];
    const target = ['--url', http.replace('http://', ''), '--model-name', 'flowers', '--workers', '2'];
    await promisify(execFile)(join(pythonOf('mlserver'), 'mlserver'), ['infer', ...target, ...files, ...flags], {
      env: { ...process.env, PYTHONWARNINGS: 'ignore' },
    });
    const lines = (await readFile(output, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
    expect(lines).toHaveLength(20);
    for (const { id, outputs } of lines) closeTo([outputs[0].data.flat()], [expected[Number(id.slice(2)) % 2] as number[]]);
  });
});

type Answer = { readonly id: string; readonly outputs: [{ readonly data: number[] | number[][] }] };
