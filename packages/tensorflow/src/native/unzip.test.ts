import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unzip } from './unzip.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'unzip-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** An archive as APPNOTE.TXT has it, of deflated and stored entries. */
function zip(files: Readonly<Record<string, string>>, stored: readonly string[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  for (const [name, text] of Object.entries(files)) {
    const data = stored.includes(name) ? Buffer.from(text) : deflateRawSync(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored.includes(name) ? 0 : 8, 4);
    common.writeUInt32LE(crc32(text), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    const at = Buffer.alloc(14);
    at.writeUInt32LE(Buffer.concat(locals).length, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, at, Buffer.from(name));
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), data);
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(Buffer.concat(locals).length, 16);
  return Buffer.concat([...locals, ...central, end]);
}

test('the files asked for are unpacked to where they were asked for, packed or stored, and no others', async () => {
  const archive = join(folder, 'a.zip');
  writeFileSync(archive, zip({ 'a/one.txt': 'one '.repeat(9999), 'a/two.txt': 'two', 'b/three.txt': 'three' }, ['a/two.txt']));
  await unzip(archive, join(folder, 'out'), (name) => /^a\/(.*)$/.exec(name)?.[1]);
  expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['one.txt', 'two.txt']);
  expect(readFileSync(join(folder, 'out/one.txt'), 'utf8')).toBe('one '.repeat(9999));
  expect(readFileSync(join(folder, 'out/two.txt'), 'utf8')).toBe('two');
});

test('what is no archive is refused by its name', async () => {
  writeFileSync(join(folder, 'a.zip'), 'not one');
  await expect(unzip(join(folder, 'a.zip'), folder, (name) => name)).rejects.toThrow('a.zip is not a zip archive');
});
