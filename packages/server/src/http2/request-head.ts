import { addField, type Fields, isField, isValue, noFields } from './fields.ts';
import type { Header } from './hpack/header.ts';

/** What a request begins with. */
export type RequestHead = {
  readonly method: string;
  /** Empty where there is none, as of CONNECT. */
  readonly path: string;
  /** By names in lower case, without those that begin with a colon; values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
};

const pseudo: ReadonlySet<string> = new Set([':method', ':scheme', ':path', ':authority']);

/** What a block of headers may be of a request: its head, unless undefined, or what follows its body. */
export type RequestMeaning = { readonly head: RequestHead | undefined; readonly trailers: boolean };

export const requestMeaning = (list: readonly Header[]): RequestMeaning => ({ head: requestHead(list), trailers: areTrailers(list) });

/** @returns undefined for headers that are no request (RFC 9113, 8.2 and 8.3) */
export function requestHead(list: readonly Header[]): RequestHead | undefined {
  const [named, headers]: readonly [Fields, Fields] = [noFields(), noFields()];
  let regular = false;
  for (const [name, value] of list) {
    if (!isValue(value)) return undefined;
    if (name.startsWith(':')) {
      if (regular || !pseudo.has(name) || name in named) return undefined;
      named[name] = value;
      continue;
    }
    regular = true;
    if (!isField(name, value)) return undefined;
    addField(headers, name, value);
  }
  const { ':method': method, ':scheme': scheme, ':path': path = '' } = named;
  if (method === undefined || (method !== 'CONNECT' && (scheme === undefined || path === ''))) return undefined;
  return { method, path, headers };
}

/** Whether headers may follow a request's body. */
export const areTrailers = (list: readonly Header[]): boolean => list.every(([name, value]) => isField(name, value) && isValue(value));
