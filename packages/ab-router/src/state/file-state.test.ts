import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateError } from './arm-state.ts';
import { fileState } from './file-state.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  file = join(directory, 'a', 'main.eg.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('what was appended is read again, summed up by arm, and the file is as short', async () => {
  const first = await fileState(file);
  expect(first.totals().size).toBe(0);
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => first.append({ arm: index % 2 === 0 ? 'a' : 'b', rows: 1, micros: 500_000 })),
  );
  await first.append({ arm: 'ü "x"\n', rows: 3, micros: 0 });
  await first.close();
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(102);
  const second = await fileState(file);
  expect(Object.fromEntries(second.totals())).toEqual({
    a: { rows: 50, micros: 25_000_000 },
    b: { rows: 50, micros: 25_000_000 },
    'ü "x"\n': { rows: 3, micros: 0 },
  });
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  await second.close();
});

test('an entry is in the file when append says so, though nobody closes it', async () => {
  const state = await fileState(file);
  await state.append({ arm: 'a', rows: 1, micros: 1_000_000 });
  expect(readFileSync(file, 'utf8')).toBe('{"arm":"a","rows":1,"sum":1}\n');
  await state.close();
});

test('a last line that was cut off, anywhere, is ignored and gone', async () => {
  const whole = '{"arm":"a","rows":1,"sum":1}\n';
  for (let length = 0; length < whole.length; length++) {
    const state = await fileState(file);
    const before = state.totals().get('a')?.rows ?? 0;
    await state.append({ arm: 'a', rows: 1, micros: 1_000_000 });
    await state.close();
    appendFileSync(file, whole.slice(0, length));
    const again = await fileState(file);
    expect(again.totals().get('a')).toEqual({ rows: before + 1, micros: (before + 1) * 1_000_000 });
    await again.append({ arm: 'a', rows: 1, micros: 1_000_000 });
    await again.close();
  }
});

test('a line that is broken in the middle is named, and the file left as it is', async () => {
  await (await fileState(file)).close();
  const text = '{"arm":"a","rows":1,"sum":1}\n{"arm":"a","rows":-1,"sum":1}\n{"arm":"a","rows":1,"sum":1}\n';
  writeFileSync(file, text);
  await expect(fileState(file)).rejects.toThrow(StateError);
  await expect(fileState(file)).rejects.toThrow(`${file}, line 2: "{"arm":"a","rows":-1,"sum":1}" is not a reward`);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a long file is summed up while it is in use, and loses nothing', async () => {
  const state = await fileState(file, 10);
  for (let times = 0; times < 35; times++) await state.append({ arm: `arm-${times % 2}`, rows: 1, micros: times * 1_000_000 });
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(14);
  expect(existsSync(`${file}.new`)).toBe(false);
  await state.close();
  expect(Object.fromEntries((await fileState(file)).totals())).toEqual({
    'arm-0': { rows: 18, micros: 306_000_000 },
    'arm-1': { rows: 17, micros: 289_000_000 },
  });
});

test('when an entry cannot be written, its caller is told, and the next is written whole', async () => {
  const state = await fileState(file);
  await state.close();
  await expect(state.append({ arm: 'a', rows: 1, micros: 1_000_000 })).rejects.toThrow(/closed/);
  expect((await fileState(file)).totals().size).toBe(0);
});
