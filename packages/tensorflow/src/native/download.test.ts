import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { download } from './download.ts';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
let folder: string;
let server: Server;
let address: string;
let asked: (string | undefined)[];
let breakAt: number | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  asked = [];
  breakAt = undefined;
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    if (request.url !== '/lib') return void response.writeHead(404).end();
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from >= content.length) return void response.writeHead(416).end();
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
    if (breakAt === undefined) return void response.end(content.subarray(from));
    response.write(content.subarray(from, breakAt), () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lib`;
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('a download that broke off goes on where it ended', async () => {
  breakAt = 120_000;
  await expect(download(address, join(folder, 'lib'), sha256)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['lib.part']);
  const kept = statSync(join(folder, 'lib.part')).size; // a break may cost what was still on its way
  breakAt = undefined;
  await download(address, join(folder, 'lib'), sha256);
  expect(readFileSync(join(folder, 'lib')).equals(content)).toBe(true);
  expect(asked).toEqual([undefined, kept > 0 ? `bytes=${kept}-` : undefined]);
  expect(readdirSync(folder)).toEqual(['lib']);
});

test('a download that was whole but not yet checked is not made again', async () => {
  writeFileSync(join(folder, 'lib.part'), content);
  await download(address, join(folder, 'lib'), sha256);
  expect(asked).toEqual(['bytes=300000-']);
});

test('what was left of something else is thrown away, and the file loaded from its start', async () => {
  writeFileSync(join(folder, 'lib.part'), randomBytes(1000));
  await download(address, join(folder, 'lib'), sha256);
  expect(asked).toEqual(['bytes=1000-', undefined]);
  expect(readFileSync(join(folder, 'lib')).equals(content)).toBe(true);
});

test('a file with another digest is refused, and not kept', async () => {
  await expect(download(address, join(folder, 'lib'), '00')).rejects.toThrow(`${address}: its SHA-256 is ${sha256}, not 00`);
  expect(readdirSync(folder)).toEqual([]);
});

test('an address that has no such file, or does not answer, is named with the reason', async () => {
  await expect(download(`${address}x`, join(folder, 'lib'), sha256)).rejects.toThrow(`${address}x: it answers 404`);
  await expect(download('http://127.0.0.1:1/lib', join(folder, 'lib'), sha256)).rejects.toThrow(/127\.0\.0\.1:1\/lib: .+/);
});
