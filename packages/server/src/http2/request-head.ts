import type { Header } from './hpack/header-decoder.ts';

/** What a request begins with. */
export type RequestHead = {
  readonly method: string;
  /** Empty where there is none, as of CONNECT. */
  readonly path: string;
  /** By names in lower case, without those that begin with a colon; values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
};

const pseudo: ReadonlySet<string> = new Set([':method', ':scheme', ':path', ':authority']);
/** Of HTTP/1 connections. */
const foreign: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** @returns undefined for headers that are no request (RFC 9113, 8.2 and 8.3) */
export function requestHead(list: readonly Header[]): RequestHead | undefined {
  const named: Record<string, string> = Object.create(null) as Record<string, string>;
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
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
    headers[name] = name in headers ? `${headers[name]}${name === 'cookie' ? '; ' : ', '}${value}` : value;
  }
  const { ':method': method, ':scheme': scheme, ':path': path = '' } = named;
  if (method === undefined || (method !== 'CONNECT' && (scheme === undefined || path === ''))) return undefined;
  return { method, path, headers };
}

/** Whether headers may follow a request's body. */
export const areTrailers = (list: readonly Header[]): boolean => list.every(([name, value]) => isField(name, value) && isValue(value));

const isField = (name: string, value: string): boolean =>
  token.test(name) && !foreign.has(name) && (name !== 'te' || value.toLowerCase() === 'trailers');

// oxlint-disable-next-line no-control-regex -- these are what it looks for
const isValue = (value: string): boolean => !/[\0\r\n]/.test(value);
