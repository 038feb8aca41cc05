import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { Readable } from 'node:stream';
import { authorizationOf, UserError } from '@switchyard/config';

/** What a command is told of whom it asks as, and whom it trusts. What is empty is not given: templates of pods set variables, named or not. */
export type AccessOptions = {
  readonly token?: string;
  /** A file of credentials, as servers have it: the first is shown. */
  readonly tokenFile?: string;
  /** `user:password`. */
  readonly user?: string;
  /** Files, PEM: authorities, and the own certificate with its key. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
};

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

type Tls = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

/**
 * `fetch` for a server that asks for credentials, or for certificates.
 * @throws UserError where options do not go together, or a file cannot be read
 */
export function fetchWith(options: AccessOptions): Fetch {
  const { token, tokenFile, user, ca, cert, key }: AccessOptions = given(options);
  if ((cert === undefined) !== (key === undefined)) throw new UserError('--cert and --key are given together');
  const authorization = headerOf(token, user, tokenFile);
  const tls: Tls = {
    ...(ca !== undefined && { ca: contents(ca) }),
    ...(cert !== undefined && key !== undefined && { cert: contents(cert), key: contents(key) }),
  };
  return (url, init = {}) => {
    const asked = { ...init, headers: { ...(init.headers as Record<string, string>), ...(authorization && { authorization }) } };
    if (Object.keys(tls).length === 0) return fetch(url, asked);
    if (!url.startsWith('https:')) throw new UserError(`${url} is without TLS: --ca, --cert and --key are for https://…`);
    return fetchByTls(url, asked, tls);
  };
}

const given = (options: AccessOptions): AccessOptions => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ''));

/** What a file of credentials has first, as the header `Authorization`. @throws UserError where it cannot be read, or has none */
export const authorizationIn = (file: string): string => authorizationOf(String(contents(file)), file);

/** The first that is given. */
function headerOf(token: string | undefined, user: string | undefined, tokenFile: string | undefined): string | undefined {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) throw new UserError('--token has characters that no token may have');
  if (token !== undefined) return `Bearer ${token}`;
  if (user !== undefined && !user.includes(':')) throw new UserError('--user is user:password');
  if (user !== undefined) return authorizationOf(user, '--user');
  return tokenFile === undefined ? undefined : authorizationIn(tokenFile);
}

function contents(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The `fetch` of Node takes neither authorities nor certificates. */
function fetchByTls(url: string, { method = 'GET', headers, body }: RequestInit, tls: Tls): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: headers as Record<string, string>, ...tls }, (answer) => {
      const { statusCode: status = 200 } = answer;
      const received = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const stream =
        status === 204 || status === 304 ? null : (Readable.toWeb(answer) as ConstructorParameters<typeof Response>[0] & object);
      resolve(new Response(stream, { status, headers: received }));
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}
