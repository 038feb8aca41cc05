import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { decodeSeldonProto, seldonServices } from '@switchyard/protocol';
import { afterAll, describe, expect, test } from 'vitest';
import { someRow } from './fixtures/linear.ts';
import { linearPredictor, serveLocally } from './fixtures/serving.ts';

// What a client may nest, name and send, over all that takes a body: refused by name, or without effect on anybody else.
const repository = { index: async () => [], load: async () => {}, unload: async () => {} };
const model = await serveLocally(linearPredictor(), { drainMs: 20, repository });
const router = await serveLocally(linearPredictor(), { kind: 'router', drainMs: 20, repository });
const client = new Client(`127.0.0.1:${model.grpcPort}`, credentials.createInsecure());
afterAll(async () => {
  client.close();
  await Promise.all([model.close(), router.close()]);
});

const row = JSON.stringify(someRow);
const tensor = (data: string): string => `{"name":"x","shape":[1,${someRow.length}],"datatype":"FP64","data":${data}}`;
const named = 'is nested more than 100 levels deep';
const ignored = undefined; // it is nobody's to read

type Body = readonly [path: string, body: string, fine: string, refused: string | undefined];
const over = (paths: readonly string[], bodies: readonly (readonly [string, string, string | undefined])[]): Body[] =>
  paths.flatMap((path) => bodies.map(([body, fine, refused]): Body => [path, body, fine, refused]));

/** Every kind of body, with a place in it, `@`, for JSON that the client chooses; JSON that is fine there; and what is said where it is nested too deep. */
const bodies: readonly Body[] = [
  ...over(
    ['/api/v0.1/predictions', '/api/v1.0/predictions', '/predict'],
    [
      ['{"data":{"ndarray":@}}', `[${row}]`, named],
      ['{"jsonData":@}', '[1]', named],
      [`{"meta":{"tags":{"a":@}},"data":{"ndarray":[${row}]}}`, '[1]', named],
      [`{"a":@,"data":{"ndarray":[${row}]}}`, '[1]', ignored],
    ],
  ),
  ...over(
    ['/api/v0.1/feedback', '/api/v1.0/feedback', '/send-feedback'],
    [
      ['{"reward":1,"response":{"meta":{"tags":{"a":@}}}}', '[1]', named],
      ['{"reward":1,"truth":{"jsonData":@}}', '[1]', ignored],
      ['{"reward":1,"request":{"data":{"ndarray":@}}}', `[${row}]`, ignored],
    ],
  ),
  ...over(
    ['/v2/models/lines/infer', '/v2/models/lines/versions/3/infer', '/v2/models/infer'],
    [
      [`{"inputs":[${tensor('@')}]}`, row, 'nested unevenly'],
      [`{"parameters":{"a":@},"inputs":[${tensor(row)}]}`, '1', 'parameters.a is a list'],
    ],
  ),
  ...over(
    ['/v1/models/lines:predict', '/v1/models:predict', '/v1/models/lines/:predict'],
    [
      ['{"instances":@}', `[${row}]`, named],
      ['{"inputs":@}', `[${row}]`, named],
      [`{"instances":[${row}],"parameters":{"a":@}}`, '[1]', ignored],
    ],
  ),
  ...over(
    ['/invocations'],
    [
      ['{"instances":@}', `[${row}]`, named],
      ['{"inputs":@}', `[${row}]`, named],
      ['{"dataframe_split":{"data":@}}', `[${row}]`, named],
      ['{"dataframe_records":@}', '[{"a":1}]', named],
      [`{"inputs":[${row}],"params":{"a":@}}`, '[1]', named],
    ],
  ),
  ...over(['/v2/repository/models/lines/load', '/v2/repository/models/lines/unload'], [['{"a":@}', '[1]', ignored]]),
];

type Answer = { readonly code: number; readonly said: string };

async function ask(path: string, body: string, type = 'application/json'): Promise<Answer[]> {
  const servers = path.startsWith('/api') || path.startsWith('/v') ? [model, router] : [model];
  return Promise.all(
    servers.map(async ({ httpPort }) => {
      const answer = await fetch(`http://127.0.0.1:${httpPort}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
      return { code: answer.status, said: (await answer.text()).replaceAll(/"(puid|id)": ?"[a-z0-9]{26}"/g, '"$1":""') };
    }),
  );
}

const lists = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('JSON that is nested 100,000 levels deep is refused by name, or not read', () => {
  test.each(bodies)('%s %s', async (path, body, _, refused) => {
    for (const { code, said } of await ask(path, body.replace('@', lists(100_000)))) {
      expect(code).toBe(refused === undefined ? 200 : 400);
      if (refused !== undefined) expect(said).toContain(refused);
    }
    for (const { code } of await ask(path, body.replace('@', objects(100_000)))) expect(code).toBe(refused === undefined ? 200 : 400);
  });

  test('as a form, and in parts', async () => {
    const body = `{"jsonData":${lists(10_000)}}`;
    const parts = `--b\r\ncontent-disposition: form-data; name="jsonData"\r\n\r\n${lists(10_000)}\r\n--b--\r\n`;
    for (const answers of [
      await ask('/api/v1.0/predictions', `json=${encodeURIComponent(body)}`, 'application/x-www-form-urlencoded'),
      await ask('/api/v1.0/predictions', parts, 'multipart/form-data; boundary=b'),
    ])
      for (const { code, said } of answers) expect([code, said]).toEqual([400, expect.stringContaining(named)]);
  });
});

/** What must be as it is, whatever is sent. */
const namesOf = (): string[][] =>
  [Object, Array, Function, String, Map].map(({ prototype }) => Object.getOwnPropertyNames(prototype as object).toSorted());
const names = namesOf();
const unpolluted = (): void => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(namesOf()).toEqual(names);
};
const members = '"__proto__":{"polluted":1,"reward":1},"constructor":{"prototype":{"polluted":1}}';

describe('members that would change a prototype change neither that nor the answer', () => {
  test.each(bodies)('%s %s', async (path, body, fine) => {
    const whole = body.replace('@', fine);
    const answers = await ask(path, whole);
    for (const open of whole.matchAll(/\{/g)) {
      const at = open.index + 1;
      const changed = await ask(path, `${whole.slice(0, at)}${members},${whole.slice(at)}`);
      unpolluted();
      if (!/"(tags|parameters|params|dataframe_records)":[{[]+$/.test(whole.slice(0, at))) expect(changed).toEqual(answers); // these are named by clients
    }
    await ask(path, body.replace('@', `{${members}}`));
    unpolluted();
  });

  test.each(bodies)('%s: what only a prototype has is not there: %s', async (path, body, fine) => {
    expect(await ask(path, `{"__proto__":${body.replace('@', fine)}}`)).toEqual(await ask(path, '{}'));
    unpolluted();
  });

  test('nor do tags, headers, forms and queries of such names', async () => {
    const tags = await ask('/api/v1.0/predictions', `{"meta":{"tags":{${members}}},"data":{"ndarray":[${row}]}}`);
    for (const { code, said } of tags) {
      expect(code).toBe(200);
      expect(Object.keys((JSON.parse(said) as { meta: { tags: object } }).meta.tags)).toEqual(['__proto__', 'constructor']);
    }
    const headers = { __proto__x: '1', constructor: '1', 'x-prototype': '1' };
    const url = `http://127.0.0.1:${model.httpPort}/predict?__proto__=1&json=${encodeURIComponent(`{${members},"data":{"ndarray":[${row}]}}`)}`;
    expect((await fetch(url, { headers })).status).toBe(200);
    const form = await ask(
      '/predict',
      `__proto__[polluted]=1&constructor=1&json={"data":{"ndarray":[${row}]}}`,
      'application/x-www-form-urlencoded',
    );
    expect(form.map(({ code }) => code)).toEqual([200]);
    unpolluted();
  });
});

test('more headers than are taken are refused by name, on every path', async () => {
  const headers = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`x-${index}`, '1']));
  for (const path of new Set(bodies.map(([each]) => each))) {
    const answer = await fetch(`http://127.0.0.1:${model.httpPort}${path}`, { method: 'POST', headers, body: '{}' });
    expect([answer.status, await answer.text()]).toEqual([431, expect.stringContaining('more than 200 headers')]);
  }
});

/** A field of protobuf that has a length. */
function field(number: number, value: Buffer): Buffer {
  const head = [(number << 3) | 2];
  let length = value.length;
  for (; length > 127; length >>>= 7) head.push((length & 127) | 128);
  return Buffer.concat([Buffer.from([...head, length]), value]);
}

/** google.protobuf.Value, of so many levels of lists or of structs. */
function value(kind: 'list' | 'struct', depth: number): Buffer {
  let inner: Buffer = Buffer.from([8, 0]); // null
  const key = field(1, Buffer.from('a'));
  for (let level = 0; level < depth; level++)
    inner = kind === 'list' ? field(6, field(1, inner)) : field(5, field(1, Buffer.concat([key, field(2, inner)])));
  return inner;
}

const tag = (key: string, of: Buffer): Buffer => field(2, field(2, Buffer.concat([field(1, Buffer.from(key)), field(2, of)])));
const numbers = field(
  3,
  field(2, Buffer.concat([field(1, Buffer.from([1, someRow.length])), field(2, Buffer.from(Float64Array.from(someRow).buffer))])),
);
const { Predict, SendFeedback } = seldonServices.Seldon;

const call = ({ path }: { path: string }, message: Buffer): Promise<{ code: number; details: string; answer: Buffer }> =>
  new Promise((resolve) => {
    const same = (bytes: Buffer): Buffer => bytes;
    client.makeUnaryRequest(path, same, same, message, (error: ServiceError | null, answer) =>
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? '', answer: answer ?? Buffer.alloc(0) }),
    );
  });

describe('by gRPC', () => {
  test.each(['list', 'struct'] as const)('a google.protobuf.Value that is a %s of 2,000 levels is refused by name', async (kind) => {
    const deep = value(kind, 2000);
    for (const [method, message] of [
      [Predict, field(6, deep)],
      [Predict, Buffer.concat([tag('a', deep), numbers])],
      [SendFeedback, field(2, tag('a', deep))],
    ] as const) {
      const { code, details } = await call(method, message);
      expect({ code, details }).toEqual({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/deep|depth/) });
    }
    expect((await call(Predict, Buffer.concat([tag('a', value(kind, 20)), numbers]))).code).toBe(status.OK);
  });

  test('a tag of the name of a prototype is a tag', async () => {
    const { code, answer } = await call(
      Predict,
      Buffer.concat([tag('__proto__', value('struct', 2)), tag('polluted', value('list', 1)), numbers]),
    );
    expect(code).toBe(status.OK);
    expect(Object.keys(decodeSeldonProto(answer).meta.tags ?? {})).toContain('polluted');
    unpolluted();
  });
});
