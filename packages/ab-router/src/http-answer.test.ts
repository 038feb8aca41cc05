import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HttpAnswer, httpAnswerReader } from './http-answer.ts';

const limit = 1000;
const ok = 'HTTP/1.1 200 OK\r\n';

/** Reads the text in these pieces; the end of the connection where nothing came of them. */
function read(text: string, cuts: readonly number[] = []): HttpAnswer | undefined {
  const reader = httpAnswerReader(limit);
  const bytes = Buffer.from(text, 'latin1');
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  let answer: HttpAnswer | undefined;
  for (const [index, from] of places.slice(0, -1).entries()) {
    const piece = Buffer.from(bytes.subarray(from, places[index + 1]));
    answer ??= piece.length > 0 ? reader.read(piece) : undefined;
    piece.fill(0); // what is kept is a copy
  }
  return answer ?? reader.end();
}

const answers: Record<string, [text: string, expected: Partial<Omit<HttpAnswer, 'body'>> & { body: string }]> = {
  'with a length': [
    `${ok}Content-Type: application/json\r\ncontent-LENGTH: 2\r\n\r\n{}`,
    { contentType: 'application/json', body: '{}', reusable: true },
  ],
  'in chunks': [
    `${ok}transfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n`,
    { body: 'abc0123456789', reusable: true },
  ],
  'until the end': [`${ok}\r\nabc`, { body: 'abc', reusable: false }],
  'without a body': ['HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', reusable: true }],
  'of no length': [`${ok}content-length: 0\r\n\r\n`, { body: '', reusable: true }],
  'that is the last': [`${ok}content-length: 1\r\nConnection: keep-alive, Close\r\n\r\nx`, { body: 'x', reusable: false }],
  'without a phrase': ['HTTP/1.1 204\r\n\r\n', { status: 204, body: '', reusable: true }],
  'of HTTP/1.0': ['HTTP/1.0 503 Busy\r\ncontent-length: 1\r\n\r\nx', { status: 503, body: 'x', reusable: false }],
  'after a provisional one': [
    `HTTP/1.1 100 Continue\r\n\r\n${ok}content-length: 1\r\nkeep-alive: timeout=7, max=5\r\n\r\nx`,
    { body: 'x', keptMs: 7000 },
  ],
};

test.each(Object.entries(answers))('an answer %s is read, in whatever pieces it comes', (_, [text, { body, ...rest }]) => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 6 }), (cuts) => {
      const answer = read(text, cuts);
      expect(answer).toMatchObject({ status: 200, ...rest });
      expect(answer!.body.toString()).toBe(body);
    }),
  );
});

test.each([
  ['HTTP/2 200\r\n\r\n', 'no status line: "HTTP/2 200"'],
  ['SSH-2.0-x\r\n\r\n', 'no status line'],
  ['HTTP/1.1 2000 OK\r\n\r\n', 'no status line'],
  ...[
    'HTTP/1.2 200 OK',
    'HTTP/1.1 2e2 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1 20',
    'HTTP/1.1 20\r\n0: x',
    'HTTP/1.1\t200 OK',
    'http/1.1 200 OK',
  ].map((line): [string, string] => [`${line}\r\n\r\n`, 'no status line']),
  ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'another protocol'],
  [`${ok}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`, 'two lengths, 2 and 3'],
  [`${ok}content-length: -1\r\n\r\n`, 'content-length "-1"'],
  [`${ok}content-length: 1, 1\r\n\r\nx`, 'content-length "1, 1"'],
  [`${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'a length beside chunks'],
  [`${ok}transfer-encoding: gzip\r\n\r\n`, 'transfer-encoding "gzip"'],
  [`${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'transfer-encoding "chunkedchunked"'],
  [`${ok}content-length : 1\r\n\r\nx`, 'no header: "content-length : 1"'],
  [`${ok}a: b\r\n c\r\n\r\n`, 'no header: " c"'],
  [`${ok}nothing\r\n\r\n`, 'no header: "nothing"'],
  [`${ok}a: ${'x'.repeat(70_000)}`, 'a head of more than 65536 bytes'],
  [`${ok}content-length: 1001\r\n\r\n`, 'a body of more than 1000 bytes'],
  [`${ok}\r\n${'x'.repeat(1001)}`, 'a body of more than 1000 bytes'],
  [`${ok}transfer-encoding: chunked\r\n\r\n3e9\r\n`, 'a body of more than 1000 bytes'],
  [`${ok}transfer-encoding: chunked\r\n\r\n1\r\nxy\r\n`, 'a chunk that does not end where it should: "y"'],
  [`${ok}transfer-encoding: chunked\r\n\r\n0x1\r\nx\r\n`, 'no length of a chunk: "0x1"'],
  [`${ok}transfer-encoding: chunked\r\n\r\n1\nx\n`, 'without a carriage return'],
  [`${ok}transfer-encoding: chunked\r\n\r\n0\r\n${'x'.repeat(20_000)}`, 'a line of more than 16384 bytes'],
])('%j is refused', (text, why) => expect(() => read(text)).toThrow(why));

test.each([`${ok}content-length: 3\r\n\r\nab`, `${ok}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n`, 'HTTP/1.1 200'])(
  '%j is none yet, nor is it at the end',
  (text) => expect(read(text)).toBeUndefined(),
);

test('what comes after an answer leaves its connection unfit for another', () => {
  for (const [text] of Object.values(answers).slice(0, 2)) expect(read(`${text}HTTP/1.1 200`)).toMatchObject({ reusable: false });
});

test('answers are read one after another', () => {
  const reader = httpAnswerReader(limit);
  for (const body of ['a', 'bc', '']) {
    expect(reader.read(Buffer.from(`${ok}content-length: ${body.length}\r\n\r\n${body}`))!.body.toString()).toBe(body);
    expect(reader.begun).toBe(false);
  }
});
