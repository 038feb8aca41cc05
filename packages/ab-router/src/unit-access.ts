import { createSecureContext, type SecureContext } from 'node:tls';
import { authorizationOf, boolean, setting, UserError, type Values } from '@switchyard/config';
import { reread, type Logger } from '@switchyard/server';
import * as z from 'zod';

type Headers = Readonly<Record<string, string>>;

/** How a router shows units who it is, and knows them. */
export type UnitAccess = {
  /** What a new connection is made with. Absent: without TLS. */
  readonly tls?: UnitTls;
  /** The `Authorization` of a call to a unit, of a request with these headers. */
  authorization(headers: Headers): string | undefined;
  /** Whether that is the router's own: then it is no matter of the client's where a unit refuses it. */
  readonly own: boolean;
};

export type UnitTls = {
  /** Read again as its files change. */
  context(): SecureContext;
  /** The name that the certificate must have; the host's, unless given. */
  readonly servername?: string;
};

const file = z.string().min(1).optional();

export const unitAccessSettings = {
  unitTlsCa: setting(file, 'File of authorities, as PEM: units are then called by TLS, and must show a certificate of theirs.'),
  unitTlsCert: setting(file, 'File of the certificate, as PEM, that is shown to units that ask for one.'),
  unitTlsKey: setting(file, 'File of its private key, as PEM.'),
  unitTlsName: setting(
    z.string().min(1).optional(),
    'The name that certificates of units are for, where it is not the host that they are called at: 127.0.0.1 in a pod.',
  ),
  unitTokenFile: setting(
    file,
    'File whose first line is what units are shown: a bearer token, or user:password. It is read again as it changes.',
  ),
  unitSecured: setting(
    z.string().default('*'),
    'Which units the settings above are for: their names, separated by commas; * is all. The others are called without TLS, and shown nothing.',
  ),
  passAuthorization: setting(
    boolean.default(false),
    "Whether the client's own Authorization goes on to every unit, as other headers do. It lets units know the client, and act in its name elsewhere.",
  ),
};

/** Shows nothing, and expects nothing. */
export const openAccess: UnitAccess = { authorization: () => undefined, own: false };

/** Of the values of `unitAccessSettings`, by the name of a unit. @throws UserError where they do not go together, or a file cannot be used */
export function readUnitAccess(values: Values<typeof unitAccessSettings>, log: Logger): (unit: string) => UnitAccess {
  const { unitTlsCa: ca, unitTlsCert: cert, unitTlsKey: key, unitTlsName: servername, unitTokenFile, passAuthorization } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UserError('--unit-tls-cert and --unit-tls-key are given together');
  if (ca === undefined && (cert ?? servername) !== undefined)
    throw new UserError(`--unit-tls-${cert === undefined ? 'name' : 'cert'} needs --unit-tls-ca`);
  if (passAuthorization && unitTokenFile !== undefined)
    throw new UserError('--pass-authorization and --unit-token-file are for the same header: one of them is given');

  const passed = (headers: Headers): string | undefined => (passAuthorization ? headers['authorization'] : undefined);
  const token = unitTokenFile === undefined ? undefined : openToken(unitTokenFile, log);
  const secured: UnitAccess = {
    authorization: token ?? passed,
    own: token !== undefined,
    ...(ca !== undefined && {
      tls: { context: openContext(ca, cert, key, log), ...(servername !== undefined && { servername }) },
    }),
  };
  const others: UnitAccess = { authorization: passed, own: false };
  const names = new Set(values.unitSecured.split(',').map((name) => name.trim()));
  return (unit) => (names.has('*') || names.has(unit) ? secured : others);
}

function openToken(path: string, log: Logger): () => string {
  return reread([path], { parse: ([text]) => authorizationOf(String(text), path), name: () => `the credentials in ${path}`, log }).current;
}

function openContext(ca: string, cert: string | undefined, key: string | undefined, log: Logger): () => SecureContext {
  const paths = [ca, ...(cert !== undefined && key !== undefined ? [cert, key] : [])];
  const parse = ([authorities, certificate, privateKey]: readonly Buffer[]): SecureContext => {
    try {
      return createSecureContext({
        ca: authorities as Buffer,
        ...(certificate && privateKey && { cert: certificate, key: privateKey }),
      });
    } catch (cause) {
      throw new UserError(`${paths.join(', ')}: ${(cause as Error).message}`, { cause });
    }
  };
  return reread(paths, { parse, log }).current;
}
