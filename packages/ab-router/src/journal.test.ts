import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JournalError, openJournal } from './journal.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(directory, 'a', 'main.eg.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('what was appended is read again, summed up by arm, and the file is as short', async () => {
  const first = await openJournal(file);
  expect(first.rewards).toEqual([]);
  await Promise.all(Array.from({ length: 100 }, (_, index) => first.append({ arm: index % 2 === 0 ? 'a' : 'b', rows: 1, sum: 0.5 })));
  await first.append({ arm: 'ü "x"\n', rows: 3, sum: 0 });
  await first.close();
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(102);
  const second = await openJournal(file);
  expect(second.rewards).toEqual([
    { arm: 'a', rows: 50, sum: 25 },
    { arm: 'b', rows: 50, sum: 25 },
    { arm: 'ü "x"\n', rows: 3, sum: 0 },
  ]);
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  await second.close();
});

test('an entry is in the file when append says so, though nobody closes it', async () => {
  const journal = await openJournal(file);
  await journal.append({ arm: 'a', rows: 1, sum: 1 });
  expect(readFileSync(file, 'utf8')).toBe('{"arm":"a","rows":1,"sum":1}\n');
  await journal.close();
});

test('a last line that was cut off, anywhere, is ignored and gone', async () => {
  const whole = '{"arm":"a","rows":1,"sum":1}\n';
  for (let length = 0; length < whole.length; length++) {
    const journal = await openJournal(file);
    const before = journal.rewards[0]?.rows ?? 0;
    await journal.append({ arm: 'a', rows: 1, sum: 1 });
    await journal.close();
    appendFileSync(file, whole.slice(0, length));
    const again = await openJournal(file);
    expect(again.rewards).toEqual([{ arm: 'a', rows: before + 1, sum: before + 1 }]);
    await again.append({ arm: 'a', rows: 1, sum: 1 });
    await again.close();
  }
});

test('a line that is broken in the middle is named, and the file left as it is', async () => {
  await (await openJournal(file)).close();
  const text = '{"arm":"a","rows":1,"sum":1}\n{"arm":"a","rows":-1,"sum":1}\n{"arm":"a","rows":1,"sum":1}\n';
  writeFileSync(file, text);
  await expect(openJournal(file)).rejects.toThrow(JournalError);
  await expect(openJournal(file)).rejects.toThrow(`${file}, line 2: "{"arm":"a","rows":-1,"sum":1}" is not a reward`);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a long journal is summed up while it is in use, and loses nothing', async () => {
  const journal = await openJournal(file, 10);
  for (let times = 0; times < 35; times++) await journal.append({ arm: `arm-${times % 2}`, rows: 1, sum: times });
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(14);
  expect(existsSync(`${file}.new`)).toBe(false);
  await journal.close();
  const sums = Object.fromEntries((await openJournal(file)).rewards.map(({ arm, rows, sum }) => [arm, { rows, sum }]));
  expect(sums).toEqual({ 'arm-0': { rows: 18, sum: 306 }, 'arm-1': { rows: 17, sum: 289 } });
});

test('when an entry cannot be written, its caller is told, and the next is written whole', async () => {
  const journal = await openJournal(file);
  await journal.close();
  await expect(journal.append({ arm: 'a', rows: 1, sum: 1 })).rejects.toThrow(/closed/);
  expect((await openJournal(file)).rewards).toEqual([]);
});
