import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { restClient, type RestClientOptions, type RestFailure, type RestReply } from './rest-client.ts';

type Asked = { readonly socket: Socket; readonly text: string };

/** A server that says what it is told to for each request that has come whole, and lists them with their connections. */
async function server(say: (asked: Asked, count: number) => void) {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0);
      if (!text.includes('\r\n\r\n') || text.length < text.indexOf('\r\n\r\n') + 4 + length) return;
      asked.push({ socket, text });
      text = '';
      say(asked.at(-1)!, asked.length);
    });
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { address: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, asked, sockets };
}

const answer = (body: string, headers = ''): string => `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;

function client(address: string, options: Partial<RestClientOptions> = {}) {
  const made = restClient(address, { timeoutMs: 60_000, connectMs: 30_000, maxConnections: 4, maxBodyBytes: 1e6, ...options });
  onTestFinished(() => made.close());
  const post = (body = 'x', signal?: AbortSignal) =>
    made.send({ method: 'POST', path: '/predict', headers: { 'x-a': 'b' }, body: Buffer.from(body), ...(signal && { signal }) });
  return { ...made, post };
}

const text = (outcome: RestReply | RestFailure): string => ('why' in outcome ? outcome.why : outcome.body.toString());

test('a request is sent as it should be, and the next on the same connection', async () => {
  const { address, asked, sockets } = await server(({ socket, text }) => socket.write(answer(text.at(-1)!)));
  const { post, send } = client(address);
  expect(text(await post('1'))).toBe('1');
  expect(text(await post('2'))).toBe('2');
  expect(text(await send({ method: 'GET', path: '/', headers: {} }))).toBe('\n');
  expect(asked[0]!.text).toBe(`POST /predict HTTP/1.1\r\nhost: ${address.slice(7)}\r\nx-a: b\r\ncontent-length: 1\r\n\r\n1`);
  expect(sockets.size).toBe(1);
});

test('bodies of any size pass', async () => {
  const { address } = await server(({ socket, text }) => socket.write(answer(text.slice(text.indexOf('\r\n\r\n') + 4))));
  const { post } = client(address);
  for (const size of [0, 12_288, 12_289, 500_000]) {
    const body = Array.from({ length: size }, (_, index) => String.fromCharCode(97 + (index % 23))).join('');
    expect(text(await post(body)) === body, `${size} bytes`).toBe(true);
  }
});

test('each of many answers is of its own request, on no more connections than may be', async () => {
  const { address, sockets } = await server(({ socket, text }) =>
    setTimeout(() => socket.write(answer(text.slice(-3))), Math.random() * 5),
  );
  const { post } = client(address);
  const ids = Array.from({ length: 200 }, (_, id) => String(id).padStart(3, '0'));
  expect((await Promise.all(ids.map((id) => post(id)))).map(text)).toEqual(ids);
  expect(sockets.size).toBe(4);
});

test('bytes that nobody asked for end their connection, and reach nobody', async () => {
  const { address, asked, sockets } = await server(({ socket }, count) => {
    socket.write(answer(`${count}`) + (count === 1 ? answer('of another') : ''));
    if (count === 2) setTimeout(() => socket.write(answer('late')), 10);
  });
  const { post } = client(address);
  expect(text(await post())).toBe('1');
  expect(text(await post())).toBe('2');
  await once(asked[1]!.socket, 'close');
  expect(text(await post())).toBe('3');
  expect(sockets.size).toBe(3);
});

test('a connection that the server ends, or says it will soon, is not used again', async () => {
  const { address, sockets } = await server(({ socket }, count) => {
    if (count === 1) socket.end('HTTP/1.1 200 OK\r\n\r\nto the end');
    if (count === 2) socket.write(answer('last', 'connection: close\r\n'));
    if (count > 2) socket.write(answer('soon', 'keep-alive: timeout=1\r\n'));
  });
  const { post } = client(address);
  for (const expected of ['to the end', 'last', 'soon', 'soon']) expect(text(await post())).toBe(expected);
  expect(sockets.size).toBe(4);
});

test('a failure says how far it came', async () => {
  const says: Record<string, (socket: Socket) => void> = {
    broke_off: (socket) => socket.destroy(),
    begun: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'),
    unreadable: (socket) => socket.write('220 mail.example\r\n\r\n'),
    too_large: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\n'),
    timed_out: () => {},
  };
  const { address, sockets } = await server(({ socket, text }) => says[text.split('\r\n').at(-1)!]!(socket));
  const { post } = client(address, { timeoutMs: 300 });
  for (const why of Object.keys(says)) {
    if (why === 'begun') expect(await post(why)).toMatchObject({ why: 'broke_off', begun: true });
    else expect(await post(why)).toMatchObject({ why });
  }
  expect(sockets.size).toBe(5);
  expect(await client('http://127.0.0.1:1').post()).toMatchObject({ why: 'refused', begun: false });
  expect(await client('http://no.such.host.invalid').post()).toMatchObject({
    why: 'unreached',
    error: { code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) },
  });
});

test('a caller that goes ends its request, be it under way or waiting', async () => {
  const { address, asked, sockets } = await server(({ socket, text }) => text.endsWith('go') && socket.write(answer('went')));
  const { post } = client(address, { maxConnections: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  const under = post('stay', first.signal);
  const waiting = post('wait', second.signal);
  const third = post('go');
  second.abort(new Error('gone'));
  expect(await waiting).toMatchObject({ why: 'aborted', error: { message: 'gone' } });
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  first.abort(new Error('gone too'));
  expect(await under).toMatchObject({ why: 'aborted', error: { message: 'gone too' } });
  expect(text(await third)).toBe('went');
  expect(text(await post('go', AbortSignal.abort()))).toBe('aborted');
  expect(asked.map(({ text }) => text.split('\r\n').at(-1))).toEqual(['stay', 'go']);
  expect(sockets.size).toBe(2);
});

test('a request whose caller goes in the turn that it came in is not sent', async () => {
  const { address, asked } = await server(({ socket, text }) => socket.write(answer(text.at(-1)!)));
  const { post } = client(address);
  expect(text(await post('1'))).toBe('1');
  const going = new AbortController();
  const sent = post('2', going.signal);
  going.abort(new Error('gone'));
  expect((await Promise.all([sent, post('3')])).map(text)).toEqual(['aborted', '3']);
  expect(asked.map(({ text }) => text.at(-1))).toEqual(['1', '3']);
});

test('requests of one turn have connections of their own, and the longest of them its own time', async () => {
  const { address, sockets } = await server(({ socket, text }) => {
    if (!text.endsWith('never')) socket.write(answer(text.at(-1)!));
  });
  const { post } = client(address, { timeoutMs: 1000 });
  expect((await Promise.all(['1', 'never', '2'].map((body) => post(body)))).map(text)).toEqual(['1', 'timed_out', '2']);
  expect(sockets.size).toBe(3);
  expect(text(await post('4'))).toBe('4');
  expect(sockets.size).toBe(3);
});

test('a header cannot smuggle another', async () => {
  const { send } = client('http://127.0.0.1:1');
  const sent = send({ method: 'POST', path: '/', headers: { 'x-a': 'b\r\nx-c: d' }, body: Buffer.from('') });
  await expect(sent).rejects.toThrow('header "x-a" has a character that no header may have');
});
