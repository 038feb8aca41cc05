import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import type { TableOptions } from './table-options.ts';
import { folderOf } from './testing/folder.ts';

async function read(content: string | Uint8Array, options?: TableOptions) {
  const folder = await folderOf({ 'a.csv': content });
  return readCsv(join(folder, 'a.csv'), options);
}

describe('a table as text', () => {
  test('has named columns and labels in the last', async () => {
    const table = await read('\uFEFFlength,width,species\r\n5.1,3.5,setosa\r\n7,3.2,"versi, color"\r\n');
    expect(table).toMatchObject({ rows: 2, shape: [2], columnNames: ['length', 'width'], features: Float64Array.of(5.1, 3.5, 7, 3.2) });
    expect(table.labels).toMatchObject({ names: ['setosa', 'versi, color'], codes: Uint16Array.of(0, 1) });
  });

  test.each([
    ['a name', 'kind'],
    ['a number', 1],
    ['a number from the end', -2],
    ['a number as text', '1'],
  ])('has its labels where %s says', async (_, labelColumn) => {
    const table = await read('a;kind;b\n1;x;2\n3;y;4\n', { labelColumn });
    expect(table).toMatchObject({ columnNames: ['a', 'b'], features: Uint8Array.of(1, 2, 3, 4), labels: { names: ['x', 'y'] } });
  });

  test('may have numbers to predict in place of labels', async () => {
    const table = await read('size,price\n3,-1.5\n4,2e3\n', { target: 'number' });
    expect(table).toMatchObject({ targets: Float64Array.of(-1.5, 2000), features: Uint8Array.of(3, 4), columnNames: ['size'] });
    expect(table.labels).toMatchObject({ names: ['price'], codes: Uint16Array.of(0, 0) });
    await expect(read('size,price\n3,dear\n', { target: 'number' })).rejects.toThrow(
      'line 2, column 2 ("price"): "dear" is not a finite number',
    );
    await expect(read('size,price\n3,\n', { target: 'number' })).rejects.toThrow('the label is missing');
  });

  test('without a header is all rows', async () => {
    expect(await read('5.1,3.5,setosa\n7,3.2,versi\n')).toMatchObject({ rows: 2, shape: [2] });
    expect(await read('0,1,2,label\n5,6,7,x\n')).toMatchObject({ rows: 1, columnNames: ['0', '1', '2'] });
    expect(await read('0,1,2,3\n5,6,7,8\n', { header: false })).toMatchObject({ rows: 2 });
    expect(await read('8,9,label\n5,6,x\n', { labelColumn: 'label' })).toMatchObject({ rows: 1, columnNames: ['8', '9'] });
  });

  test('keeps whole numbers of 0–255 as bytes, and all as doubles from the first that is not', async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => `${row % 256},${(row * 7) % 256},x`);
    expect((await read(rows.join('\n'))).features).toBeInstanceOf(Uint8Array);
    const { features } = await read([...rows, '-1,256,x', '0.1,1e3,x'].join('\n'));
    expect(features).toBeInstanceOf(Float64Array);
    expect([features[9998], features[9999], ...features.subarray(-4)]).toEqual([4999 % 256, (4999 * 7) % 256, -1, 256, 0.1, 1000]);
  });

  test('may be gzipped', async () => {
    expect(await read(gzipSync('a,b\n1,x\n'))).toMatchObject({ rows: 1 });
    await expect(read(gzipSync('a,b\n1,x\n').subarray(0, -3))).rejects.toThrow(/a\.csv: after line \d: gzip: unexpected end of file/);
  });

  test.each([
    ['a word', 'a,b,c\n1,2,x\n1,?,x\n', 'line 3, column 2 ("b"): "?" is not a finite number'],
    ['a hole', 'a,b,c\n1,,x\n', 'line 2, column 2 ("b"): the value is missing'],
    ['a blank', 'a,b,c\n1,   ,x\n', 'line 2, column 2 ("b"): the value is missing'],
    ['a number of programmers', 'a,b,c\n1,0x10,x\n', 'line 2, column 2 ("b"): "0x10" is not a finite number'],
    ['infinity', 'a,b,c\n1,1e999,x\n', 'line 2, column 2 ("b"): "1e999" is not a finite number'],
    ['a row without a label', 'a,b,c\n1,2, \n', 'line 2, column 3 ("c"): the label is missing'],
    ['a short row', 'a,b,c\n1,2,x\n\n1,2\n', 'line 4: 2 cells; the first line has 3'],
    ['a hole in a first line that is no header', '1,,x\n1,2,x\n', 'line 1, column 2: the value is missing'],
    ['one column', 'abc\n1\n', 'line 1: one column; a table has one of labels'],
    ['a header alone', 'a,b\n', 'a header but no rows'],
    ['nothing', '', 'there is nothing in it'],
    ['text in another encoding', Buffer.from('a,b\n1,Z\xfcrich\n', 'latin1'), 'after line 0: not UTF-8 text: save it as UTF-8'],
  ])('with %s is refused, with its place', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(`a.csv: ${message}`);
  });

  test('without the label column that was named is refused, with what is there', async () => {
    const message = 'line 1: no label column "d": name one (a, b, c) or give its number, 0 to 2';
    await expect(read('a,b,c\n1,2,x\n', { labelColumn: 'd' })).rejects.toThrow(message);
    await expect(read('a,b,c\n1,2,x\n', { labelColumn: 3 })).rejects.toThrow('no label column "3"');
  });

  test('is never in memory as text', async () => {
    const folder = await folderOf({});
    const file = join(folder, 'large.csv');
    const stream = createWriteStream(file);
    const piece = `${`"${' '.repeat(100)}7",`.repeat(20)}x\n`.repeat(500);
    for (let written = 0; written < 80; written++) if (!stream.write(piece)) await once(stream, 'drain');
    await new Promise((resolve) => stream.end(resolve));
    const script = `const { readCsv } = await import(${JSON.stringify(import.meta.resolve('./csv.ts'))});
      const before = process.resourceUsage().maxRSS;
      const table = await readCsv(${JSON.stringify(file)});
      console.log(JSON.stringify({ rows: table.rows, grown: (process.resourceUsage().maxRSS - before) / 1024 }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { rows, grown } = JSON.parse(stdout);
    expect(rows).toBe(80 * 500);
    expect(grown).toBeLessThan(50); // of 83 MB of text
  });
});
