import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateClient } from '../commands/client.ts';
import { createTerminal } from '../show/terminal.ts';
import { type Digits, startDigits } from '../test/digits.ts';
import { flakyServer } from '../test/flaky-server.ts';

/** What a generated file exports, as far as it is used here. */
// oxlint-disable-next-line typescript/no-explicit-any
type Module = any;

let digits: Digits;
let model: Module;
let deployment: Module;
const quiet = createTerminal({ stream: { write: () => {} } });
const bright = Array.from({ length: 784 }, (_, at) => (at < 392 ? 220 : 10));
const dark = bright.toReversed();

beforeAll(async () => {
  digits = await startDigits();
  const generate = async (from: string, file: string, name?: string): Promise<Module> => {
    const out = join(digits.folder, file);
    await generateClient({ from, out, ...(name && { name }) }, quiet);
    return import(pathToFileURL(out).href);
  };
  model = await generate(digits.runtime.http, 'model-client.ts');
  deployment = await generate(`${digits.router.http}/`, 'deployment-client.ts', 'Halves');
});
afterAll(() => digits?.stop());

test('the same server gives the same bytes', async () => {
  const [first, again] = ['model-client.ts', 'again.ts'].map((file) => join(digits.folder, file)) as [string, string];
  await generateClient({ from: digits.runtime.http, out: again }, quiet);
  expect(await readFile(again, 'utf8')).toBe(await readFile(first, 'utf8'));
  expect(await readFile(again, 'utf8')).not.toMatch(/^import|node:/m);
});

test('what cannot be written leaves nothing behind', async () => {
  const before = await readdir(digits.folder);
  await expect(generateClient({ from: digits.runtime.http, out: digits.folder }, quiet)).rejects.toThrow(
    `cannot write ${digits.folder}: EISDIR`,
  );
  await expect(generateClient({ from: digits.runtime.http, out: join(digits.folder, 'new.ts'), name: 'Rows' }, quiet)).rejects.toThrow(
    '--name Rows',
  );
  await expect(generateClient({ from: digits.runtime.http, out: join(digits.folder, 'new.ts'), model: 'iris' }, quiet)).rejects.toThrow(
    'there is no model "iris" here',
  );
  expect(await readdir(digits.folder)).toEqual(before);
  expect(
    (await readdir(join(digits.folder, '..'))).filter((each) => each.endsWith('.tmp') && digits.folder.endsWith(each.split('.')[0]!)),
  ).toEqual([]);
});

describe('under strict', () => {
  const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
  const strict =
    '--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --noImplicitOverride --noUnusedLocals --noUnusedParameters'.split(
      ' ',
    );
  const compile = async (name: string, text: string, lib = 'es2022,dom'): Promise<string> => {
    const file = join(digits.folder, `${name}.ts`);
    await writeFile(file, text);
    const target = [
      '--noEmit',
      '--allowImportingTsExtensions',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--target',
      'es2022',
      '--lib',
      lib,
      '--types',
      '',
    ];
    return spawnSync(process.execPath, [tsc, ...strict, ...target, file], { encoding: 'utf8', cwd: digits.folder }).stdout;
  };
  const use = (count: number): string => `
    import { DigitsClient, row, rows, classesOf } from './model-client.ts';
    const answer = await new DigitsClient({ encoding: 'json' }).predict({ x: [row('x', [${bright.slice(0, count)}]), row('x', new Float32Array(784))] });
    const data: Float32Array | Float64Array = answer.outputs.probabilities.data;
    const names: ('lower' | 'upper')[] = classesOf(answer, 'probabilities');
    export const all = [data, names, rows('x', new Float64Array(7840))];
  `;

  test('it compiles, and so does its use', async () => expect(await compile('right', use(784))).toBe(''));
  test('a row of 783 numbers does not', async () => {
    const said = await compile('short', use(783));
    expect(said.match(/error TS/g)).toHaveLength(1);
    expect(said).toMatch(/^short\.ts\(3,.*error TS2345.*wanted: "784 values, not 783"/s);
  });
  test.each([
    [`row('y', [1])`, `'"y"' is not assignable`],
    [`row('x', ['1'])`, 'not assignable'],
    [`classesOf(await new DigitsClient().predict({ x: rows('x', []) }), 'probabilities')[0] === 'middle'`, 'no overlap'],
  ])('%s does not', async (code, words) => {
    expect(
      await compile(
        'wrong',
        `import { DigitsClient, row, rows, classesOf } from './model-client.ts';\nexport const a = ${code};\nexport const b = [DigitsClient, row, rows, classesOf];`,
      ),
    ).toContain(words);
  });
});

describe('against the model', () => {
  const both = () => [model.row('x', bright), model.row('x', Float32Array.from(dark))];

  test('bytes and JSON are answered alike, and as Seldon answers', async () => {
    const client = new model.DigitsClient();
    const binary = await client.predict({ x: both() });
    const json = await client.predict({ x: both() }, { encoding: 'json' });
    expect(json.outputs).toEqual(binary.outputs);
    expect(binary).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/), modelVersion: '1' });
    expect(json.id).not.toBe(binary.id);
    const { shape, data } = binary.outputs.probabilities;
    expect(shape).toEqual([2, 2]);
    expect([...data]).toEqual((await seldon(digits.runtime.http, [bright, dark])).flat());
    expect(model.classesOf(binary, 'probabilities')).toEqual(['upper', 'lower']);
    const many = await client.predict({ x: model.rows('x', [...bright, ...dark]) });
    expect(many.outputs).toEqual(binary.outputs);
  });

  test.each([
    ['binary', 'application/octet-stream'],
    ['json', 'application/json'],
  ])('%s goes and comes as %s', async (encoding, type) => {
    const types: (string | null)[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = async (...args) => {
      const response = await fetch(...args);
      if (args[1]?.method === 'POST') types.push(new Headers(args[1].headers).get('content-type'), response.headers.get('content-type'));
      return response;
    };
    try {
      await new model.DigitsClient(encoding === 'json' ? { encoding } : {}).predict({ x: both() });
    } finally {
      globalThis.fetch = fetch;
    }
    expect(types).toEqual([type, type]);
  });

  test('what does not fit is refused before it is sent', async () => {
    const wrong = (make: () => unknown): unknown => {
      try {
        return make();
      } catch (error) {
        return error;
      }
    };
    const of = (message: string) => ({ name: 'ClientError', code: 'INVALID_INPUT', message });
    expect(wrong(() => model.row('x', bright.slice(1)))).toMatchObject(of('input "x": 783 values; a row has 784'));
    expect(wrong(() => model.rows('x', bright.slice(1)))).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('multiple of 784'),
    });
    expect(wrong(() => model.rows('x', []))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(wrong(() => model.row('x', bright.map(String)))).toMatchObject(of('input "x", value 0: 220 is not a number'));
    expect(wrong(() => model.row('y', bright))).toMatchObject(of('there is no input "y"; digits takes x'));
    expect(wrong(() => new model.DigitsClient({ url: 'localhost' }))).toMatchObject(of('"localhost" is no URL of HTTP'));
    await expect(new model.DigitsClient().predict({ x: bright })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(new model.DigitsClient().predict({ x: [] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('says what the server says', async () => {
    const client = new model.DigitsClient();
    expect(await client.ready()).toBe(true);
    expect(await client.metadata()).toMatchObject({ name: 'digits', versions: ['1'], inputs: [{ name: 'x', shape: [-1, 784] }] });
    const missing = client.predict({ x: model.row('x', [NaN, ...bright.slice(1)]) });
    await expect(missing).rejects.toMatchObject({
      code: 'REFUSED',
      status: 400,
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      message: expect.stringContaining('input "x" row 0, column 0: NaN'),
    });
    const elsewhere = new model.DigitsClient({ url: digits.router.http });
    await expect(elsewhere.predict({ x: both() })).rejects.toMatchObject({ code: 'REFUSED', status: 404 });
  });

  test('feedback needs no routing where there is none', async () => {
    const client = new model.DigitsClient();
    const answer = await client.predict({ x: both() });
    expect(answer).not.toHaveProperty('routing');
    const counted = async (): Promise<number[]> => {
      const text = await (await fetch(`${digits.runtime.http}/metrics`)).text();
      return ['', '_reward'].map((kind) =>
        Number(new RegExp(`^seldon_api_model_feedback${kind}_total\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 0),
      );
    };
    const [before, reward] = (await counted()) as [number, number];
    await client.feedback(answer, 0.25);
    expect(await counted()).toEqual([before + 1, reward + 0.25]);
  });

  test('a model of another signature is an error of its own', async () => {
    const text = await readFile(join(digits.folder, 'model-client.ts'), 'utf8');
    const file = join(digits.folder, 'old-client.ts');
    await writeFile(file, text.replace(/shape: \[-1, 784\], size: 784/, 'shape: [-1, 783], size: 783'));
    const old = (await import(pathToFileURL(file).href)) as Module;
    await expect(new old.DigitsClient().predict({ x: old.row('x', bright.slice(1)) })).rejects.toMatchObject({
      code: 'SIGNATURE_CHANGED',
      message: expect.stringMatching(/input "x" was \w+ \[-1,783\] and is \w+ \[-1,784\]; make this client anew/),
    });
  });
});

describe('against the deployment', () => {
  const rewards = async (): Promise<[number, number]> => {
    const text = await (await fetch(`${digits.router.http}/prometheus`)).text();
    const sum = (name: string): number =>
      [...text.matchAll(new RegExp(`^${name}\\{[^}]*model_name="eg"[^}]*\\} (\\S+)$`, 'gm'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
    return [sum('seldon_api_model_feedback_total'), sum('seldon_api_model_feedback_reward_total')];
  };

  test('a reward finds the arm that answered, by the receipt alone', async () => {
    const client = new deployment.Halves();
    const { id, routing } = await client.predict({ x: deployment.row('x', bright) });
    expect(routing).toEqual({ eg: expect.any(Number) });
    const before = await rewards();
    await client.feedback({ id, routing }, 0); // the arm is known to be bad now
    expect(await rewards()).toEqual([before[0] + 1, before[1]]);
    expect((await client.predict({ x: deployment.row('x', bright) })).routing).toEqual({ eg: 1 - routing.eg });
    await expect(client.feedback({ id, routing }, -1)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(client.feedback({ id }, 1)).rejects.toMatchObject({ code: 'REFUSED', status: 400, requestId: id });
  });

  test('predictions outlive a bad line; feedback is sent once, and counted once though its answer is lost', async () => {
    const line = await flakyServer(digits.router.http);
    try {
      const client = new deployment.Halves({ url: line.url });
      await line.next('reset', 'pass');
      const first = await client.predict({ x: deployment.row('x', bright) });
      await line.next('lose the answer', 'reset', 'pass');
      const answer = await client.predict({ x: deployment.row('x', bright) });
      expect(line.connections()).toBe(3);
      expect(answer.outputs).toEqual(first.outputs);
      const before = await rewards();
      await line.next('lose the answer', 'pass');
      await expect(client.feedback(answer, 0.5)).rejects.toMatchObject({ code: 'UNREACHABLE', requestId: answer.id });
      expect(line.connections()).toBe(1);
      expect(await rewards()).toEqual([before[0] + 1, before[1] + 0.5]);
    } finally {
      await line.stop();
    }
  });
});

/** What Seldon's API says of rows. */
async function seldon(http: string, ndarray: number[][]): Promise<number[][]> {
  const response = await fetch(`${http}/api/v1.0/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { ndarray } }),
  });
  return ((await response.json()) as { data: { ndarray: number[][] } }).data.ndarray;
}
