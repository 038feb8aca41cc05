import { createSecureContext, type Server, type TlsOptions } from 'node:tls';
import { UserError } from '@switchyard/config';
import type { Logger } from '../log.ts';
import { reread, type Reread } from './reread.ts';

export type TlsFiles = {
  /** The certificate, and those between it and its authority, as PEM. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of clients: then each client must show a certificate of theirs. */
  readonly clientCa?: string;
};

/** What servers are to use now. */
export type TlsContext = { readonly cert: Buffer; readonly key: Buffer; readonly ca?: Buffer };

/** The certificate of a server, which may change while it runs: connections that are there stay. */
export type Tls = Reread<TlsContext> & { readonly clientsMustShow: boolean };

/** The longest that a client may take to agree with us on keys. */
const handshakeTimeout = 10_000;

/** Makes a server that shows the certificate, also as it changes, and asks clients for theirs where they must show one. */
export function secureServer<S extends Server>(tls: Tls, make: (options: TlsOptions) => S): S {
  const { clientsMustShow } = tls;
  const server = make({ ...tls.current(), handshakeTimeout, requestCert: clientsMustShow, rejectUnauthorized: clientsMustShow });
  const forget = tls.onChange((context) => server.setSecureContext(context));
  server.once('close', forget);
  return server;
}

/**
 * Reads a certificate, and again as its files change.
 *
 * @param everyMs How often it looks.
 * @throws UserError naming the files where they cannot be read, or are no certificate and its key
 */
export function openTls({ cert, key, clientCa }: TlsFiles, log: Logger, everyMs?: number): Tls {
  const authorities = clientCa === undefined ? '' : `, with authorities ${clientCa}`;
  const parse = ([certificate, privateKey, ca]: readonly Buffer[]): TlsContext => {
    const context = { cert: certificate as Buffer, key: privateKey as Buffer, ...(ca && { ca }) };
    try {
      createSecureContext(context);
    } catch (cause) {
      throw new UserError(`${cert} and ${key}${authorities}: ${(cause as Error).message}`, { cause });
    }
    return context;
  };
  const paths = [cert, key, ...(clientCa === undefined ? [] : [clientCa])];
  const files = reread(paths, { parse, log, ...(everyMs !== undefined && { everyMs }) });
  return { ...files, clientsMustShow: clientCa !== undefined };
}
