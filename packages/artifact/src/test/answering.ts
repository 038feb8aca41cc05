import { text } from 'node:stream/consumers';
import { listen } from './listen.ts';

export type Asked = {
  readonly line: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};
export type Told = { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** A server for services that there are only in a cloud: it answers as their documentation says, and knows what it was asked. */
export async function answering(answer: (asked: Asked, count: number) => Told): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const url = await listen((request, response) => {
    void text(request).then((body) => {
      const one = { line: `${request.method} ${request.url}`, headers: request.headers, body };
      const told = answer(one, asked.push(one));
      response.writeHead(told.status ?? 200, told.headers).end(told.body);
    });
  });
  return { url, asked };
}
