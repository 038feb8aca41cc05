import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { entriesOf, packTar, withoutTimes } from './tar.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tar-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const tar = (...parameters: string[]): string => execFileSync('tar', parameters, { cwd: scratch, encoding: 'utf8' });

const long = `${'folder/'.repeat(20)}${'name'.repeat(20)}.txt`;

it('packs what tar unpacks', () => {
  const data = Buffer.from('ä'.repeat(1000));
  writeFileSync(
    join(scratch, 'a.tar'),
    packTar([{ name: 'app/' }, { name: 'app/a.txt', data }, { name: long, data }, { name: 'empty', data: Buffer.alloc(0) }]),
  );
  expect(tar('-tf', 'a.tar').trim().split('\n')).toEqual(['app/', 'app/a.txt', long, 'empty']);
  expect(tar('--numeric-owner', '-tvf', 'a.tar')).toMatch(/^drwxr-xr-x 0\/0 +0 19(69|70)[^]*-rw-r--r-- 0\/0 +2000 19(69|70)/);
  mkdirSync(join(scratch, 'out'));
  tar('-xf', 'a.tar', '-C', 'out');
  expect(readFileSync(join(scratch, 'out', long))).toEqual(data);
  expect(packTar(entriesOf(join(scratch, 'out/app'), 'app'))).toEqual(packTar([{ name: 'app/' }, { name: 'app/a.txt', data }]));
});

it('refuses a name that the format has no room for', () => {
  expect(() => packTar([{ name: 'x'.repeat(101), data: Buffer.alloc(1) }])).toThrow('too long a name for a tar archive');
});

it.each(['pax', 'gnu', 'ustar'])('takes the times out of an archive of the format %s, and nothing else', (format) => {
  const folder = join(scratch, format);
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'sub/a'), 'contents');
  const archives = [1.5, 1_700_000_000.25].map((time) => {
    for (const path of ['sub/a', 'sub', '.']) utimesSync(join(folder, path), time, time);
    tar('-cf', 'one.tar', `--format=${format}`, '--sort=name', '-C', format, '.');
    return readFileSync(join(scratch, 'one.tar'));
  });
  expect(archives[0]).not.toEqual(archives[1]);
  const [one, other] = archives.map(withoutTimes);
  expect(one).toEqual(other);
  writeFileSync(join(scratch, 'settled.tar'), one!);
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  tar('-xf', 'settled.tar', '-C', format);
  expect(readFileSync(join(folder, 'sub/a'), 'utf8')).toBe('contents');
});
