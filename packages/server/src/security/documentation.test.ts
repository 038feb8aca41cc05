import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';
import { silentLogger } from '../log.ts';
import { createGate } from './gate.ts';

const page = readFileSync(new URL('../../../../docs/security.md', import.meta.url), 'utf8');
const [credentials = '', requests = ''] = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text);

test('the lines of docs/security.md make credentials, and are let in by them', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'security-'));
  try {
    execFileSync('sh', ['-ec', credentials], { cwd });
    const server = await serveLocally(linearPredictor(), { authorize: createGate({ predict: join(cwd, 'clients.txt') }, silentLogger) });
    const lines = requests.trim().split('\n');
    const codes: string[] = [];
    for (const line of lines) {
      const here = line
        .replace('localhost:9000', `127.0.0.1:${server.httpPort}`)
        .replace('curl -s', "curl -s -o /dev/null -w '%{http_code}'");
      codes.push((await promisify(execFile)('sh', ['-ec', here], { cwd })).stdout);
    }
    await server.close();
    expect(lines.map((line) => line.includes('# 401'))).toEqual([true, false, false]);
    expect(codes.map((code) => code === '401')).toEqual([true, false, false]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test('its settings are those of a runtime', async () => {
  const main = new URL('../fixtures/runtime-main.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', main, '--help']);
  const stated = new Set(page.match(/--(?:auth|tls|probe)-[a-z-]+/g));
  expect(stated.size).toBe(7);
  for (const flag of stated) expect(stdout).toContain(`  ${flag} <value>`);
});
