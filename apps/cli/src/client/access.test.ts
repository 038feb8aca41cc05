import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { authority } from '@switchyard/conformance';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateClient } from '../commands/client.ts';
import { feedback } from '../commands/feedback.ts';
import { predict } from '../commands/predict.ts';
import { program } from '../program.ts';
import { createTerminal } from '../show/terminal.ts';
import { type Digits, startDigits } from '../test/digits.ts';
import { type AccessOptions, fetchWith } from './access.ts';

type Files = { readonly cert: string; readonly key: string };
const made = authority();
const folder = mkdtempSync(join(tmpdir(), 'access-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const clients = file('clients.txt', '# of the shop\nt0ken\nann:correct horse\n');
const ofRouter = file('router.txt', 'of-the-router');
const { cert, key } = made.issue('client');
const quiet = createTerminal({ stream: { write: () => {} } });

let digits: Digits;
let url: string;
let data: string;
beforeAll(async () => {
  const [router, runtime] = ['router', 'runtime'].map((name) => made.issue(name)) as [Files, Files];
  digits = await startDigits({
    runtime: { 'auth-file': ofRouter, 'tls-cert': runtime.cert, 'tls-key': runtime.key, 'tls-client-ca': made.ca },
    router: {
      'auth-file': clients,
      'tls-cert': router.cert,
      'tls-key': router.key,
      'tls-client-ca': made.ca,
      'unit-token-file': ofRouter,
      'unit-tls-ca': made.ca,
      'unit-tls-cert': router.cert,
      'unit-tls-key': router.key,
    },
  });
  url = digits.router.http.replace('http:', 'https:');
  data = join(digits.folder, 'digits.csv');
});
afterAll(async () => {
  await digits?.stop();
  [made.folder, folder].forEach((each) => rmSync(each, { recursive: true }));
});

const known = { ca: made.ca, cert, key };

describe('a deployment that asks for certificates and credentials, its router between', () => {
  const ask = (access: AccessOptions) => predict('3', { url, data, ...access }, quiet);

  test.each<[string, () => AccessOptions]>([
    ['a token', () => ({ ...known, token: 't0ken' })],
    ['a user', () => ({ ...known, user: 'ann:correct horse' })],
    ['a file', () => ({ ...known, tokenFile: clients })],
    ['a file, and nothing else', () => ({ ...known, token: '', user: '', tokenFile: clients })],
  ])('answers who shows %s', (_, access) => ask(access()));

  test.each<[string, () => AccessOptions, RegExp]>([
    ['no credentials', () => known, /refused with 401: predict: the request has no Authorization/],
    ['those of nobody', () => ({ ...known, token: 'wrong' }), /refused with 401: predict: nobody has these credentials/],
    ['no certificate', () => ({ ca: made.ca, token: 't0ken' }), /does not answer: .*certificate required/],
    [
      'no trust',
      () => ({ cert, key, token: 't0ken' }),
      /does not answer: .*certificate.*\. Who vouches for its certificate is named by --ca$/,
    ],
  ])('refuses who shows %s, in words', async (_, access, words) => {
    await expect(ask(access())).rejects.toThrow(words);
  });

  test('takes rewards, and says what it takes and gives', async () => {
    await feedback({ url, reward: 1, routing: ['eg=0'], ...known, token: 't0ken' }, quiet);
    const out = join(folder, 'secured-client.ts');
    await generateClient({ from: url, out, name: 'Secured', ...known, tokenFile: clients }, quiet);
    const { Secured, row } = (await import(pathToFileURL(out).href)) as {
      Secured: new (options: object) => {
        predict(inputs: object): Promise<{ id: string }>;
        feedback(answer: object, reward: number): Promise<void>;
      };
      row(name: string, values: ArrayLike<number>): object;
    };
    let asked = 0;
    const client = new Secured({ token: async () => (++asked, 't0ken'), fetch: fetchWith(known) });
    const answer = await client.predict({ x: row('x', new Float32Array(784)) });
    await client.feedback(answer, 1);
    expect(asked).toBe(3); // metadata, the prediction, the reward
    const stranger = new Secured({ token: 'wrong', fetch: fetchWith(known) });
    await expect(stranger.predict({ x: row('x', new Float32Array(784)) })).rejects.toMatchObject({ code: 'REFUSED', status: 401 });
  });

  test('is asked by the line of docs/security.md', async () => {
    const page = readFileSync(new URL('../../../../docs/security.md', import.meta.url), 'utf8');
    const [, line = ''] = /```sh client\n(.*?)\n```/s.exec(page) ?? [];
    const args = line.split(' ').slice(1);
    const here = args.map((word) => ({ 'https://localhost:8000': url, 'clients.txt': clients, 'ca.pem': made.ca })[word] ?? word);
    vi.stubEnv('SWITCHYARD_CERT', cert);
    vi.stubEnv('SWITCHYARD_KEY', key);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await program().parseAsync([...here, '--data', data, '--json'], { from: 'user' });
      expect(JSON.parse(String(write.mock.calls[0]?.[0]))).toMatchObject({ meta: { routing: { eg: expect.any(Number) } } });
    } finally {
      write.mockRestore();
      vi.unstubAllEnvs();
    }
  });

  test('says which credentials each path asks for', async () => {
    const answer = await fetchWith(known)(`${url}/openapi.json`);
    expect(await answer.json()).toMatchObject({
      components: { securitySchemes: { predictBearer: { scheme: 'bearer' }, certificate: { type: 'mutualTLS' } } },
      paths: {
        '/api/v1.0/predictions': {
          post: {
            security: [
              { predictBearer: [], certificate: [] },
              { predictBasic: [], certificate: [] },
            ],
          },
        },
        '/ready': { get: { security: [{ certificate: [] }] } },
      },
    });
  });
});

test('its units take nobody but the router', async () => {
  const { port } = new URL(digits.runtime.http);
  const agent = new Agent({ ca: readFileSync(made.ca), cert: readFileSync(cert), key: readFileSync(key) });
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer t0ken', 'content-type': 'application/json' };
    const asked = request({ host: '127.0.0.1', port, path: '/predict', method: 'POST', headers, agent }, (answer) =>
      resolve(answer.resume().statusCode),
    );
    asked.on('error', reject).end('{}');
  });
  agent.destroy();
  expect(status).toBe(401);
});

test.each<[AccessOptions, string]>([
  [{ user: 'ann' }, '--user is user:password'],
  [{ token: 'two words' }, '--token has characters that no token may have'],
  [{ tokenFile: '/nowhere' }, '/nowhere cannot be read: ENOENT'],
  [{ cert }, '--cert and --key are given together'],
])('%j is refused', (options, words) => {
  expect(() => fetchWith(options)).toThrow(words);
});

test('without TLS, what is empty is no certificate', async () => {
  const nothing = { token: '', tokenFile: '', user: '', ca: '', cert: '', key: '' };
  await expect(fetchWith(nothing)('http://127.0.0.1:1/')).rejects.toThrow('fetch failed'); // it asks
});

test('certificates are for https', () => {
  expect(() => fetchWith(known)('http://127.0.0.1:1/')).toThrow('is without TLS');
});
