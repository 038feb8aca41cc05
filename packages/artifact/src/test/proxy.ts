import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { signV4 } from '../object/sign-v4.ts';
import { listen } from './listen.ts';
import { keys } from './server.ts';

/** What becomes of a request: it passes; it is not heard; its answer is lost, or cut in half; it is answered with a status; a header or a parameter of it
 * is lost, as on a server that does not look at it. */
export type Fate = 'pass' | 'unheard' | 'lost' | 'half' | number | Change;

/** Of a request: headers or parameters that are taken away, parameters that are added. */
export type Change = { readonly without?: string; readonly adding?: Readonly<Record<string, string>> };

export type Seen = { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] };

/** A way to a real server on which things go wrong as `fate` says. It knows what it has seen. */
export async function proxy(target: string, fate: (seen: Seen, count: number) => Fate): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const one = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers };
    const what = fate(one, seen.push(one));
    if (what === 'unheard') return void incoming.socket.destroy();
    if (typeof what === 'number') {
      incoming.resume();
      incoming.on('end', () => outgoing.writeHead(what, { 'retry-after': '0' }).end('not now'));
      return;
    }
    const { path, headers, body } = typeof what === 'object' ? await change(target, incoming, what) : { ...one, body: incoming };
    const forward = request(target + path, { method: one.method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        if (what === 'lost') return void incoming.socket.destroy();
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        if (what !== 'half') return void outgoing.end(body);
        outgoing.write(body.subarray(0, body.length >> 1), () => incoming.socket.destroy());
      });
    });
    forward.on('error', () => incoming.socket.destroy());
    if (body === incoming) incoming.pipe(forward);
    else forward.end(body);
  };
  return { url: await listen((incoming, outgoing) => void handle(incoming, outgoing)), seen };
}

/** The changed request, signed anew where it was signed. */
async function change(
  target: string,
  incoming: IncomingMessage,
  { without = '', adding = {} }: Change,
): Promise<{ path: string; headers: Record<string, string>; body: Buffer }> {
  const url = new URL(target + incoming.url);
  url.searchParams.delete(without);
  for (const [name, value] of Object.entries(adding)) url.searchParams.set(name, value);
  const body = await buffer(incoming);
  const kept = Object.entries(incoming.headers).filter(([name]) => name !== without && /^(x-amz-meta-|if-|range|content-type)/.test(name));
  const headers = Object.fromEntries(kept) as Record<string, string>;
  const signed = incoming.headers['x-amz-date'] !== undefined;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = keys;
  const unsigned = { method: incoming.method ?? '', url, headers, body };
  return {
    path: url.pathname + url.search,
    headers: {
      ...(signed ? signV4(unsigned, { accessKeyId, secretAccessKey }, 'us-east-1') : headers),
      'content-length': String(body.length),
    },
    body,
  };
}
