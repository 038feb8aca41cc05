import { port, setting, UserError, type Values } from '@switchyard/config';
import * as z from 'zod';
import type { Logger } from '../log.ts';
import { createGate, type Gate } from './gate.ts';
import { openTls, type Tls } from './tls.ts';

const file = z.string().min(1).optional();
const lines = 'a line each, a bearer token or user:password. It is read again as it changes';

export const securitySettings = {
  authFile: setting(
    file,
    `File of the credentials that predictions ask for: ${lines}. Without it they are open to all who reach the port.`,
  ),
  authFeedbackFile: setting(file, 'The same for feedback. Unless given, it asks for those of --auth-file.'),
  authAdminFile: setting(
    file,
    'The same for what changes the server: loading and unloading models, pause and unpause. Unless given, it asks for those of --auth-file.',
  ),
  tlsCert: setting(
    file,
    'File of the certificate, and of those between it and its authority, as PEM: REST and gRPC then take TLS alone. It is read again as it changes.',
  ),
  tlsKey: setting(file, 'File of its private key, as PEM.'),
  tlsClientCa: setting(
    file,
    'File of authorities, as PEM: then each client must show a certificate of theirs, and probes need --probe-port.',
  ),
  probePort: setting(
    port.optional(),
    'Another port, which answers probes and metrics alone, without TLS: for kubelets and Prometheus, which have no certificate to show.',
  ),
};

export type Security = { readonly authorize: Gate; readonly tls?: Tls; readonly probePort?: number };

/** Of the values of `securitySettings`. @throws UserError where a file cannot be read, or is not what it should be */
export function readSecurity(values: Values<typeof securitySettings>, log: Logger): Security {
  const { authFile, authFeedbackFile, authAdminFile, tlsCert: cert, tlsKey: key, tlsClientCa: clientCa, probePort } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UserError('--tls-cert and --tls-key are given together');
  if (clientCa !== undefined && cert === undefined) throw new UserError('--tls-client-ca needs --tls-cert and --tls-key');
  const files = {
    ...(authFile !== undefined && { predict: authFile }),
    ...(authFeedbackFile !== undefined && { feedback: authFeedbackFile }),
    ...(authAdminFile !== undefined && { admin: authAdminFile }),
  };
  return {
    authorize: createGate(files, log),
    ...(cert !== undefined && key !== undefined && { tls: openTls({ cert, key, ...(clientCa !== undefined && { clientCa }) }, log) }),
    ...(probePort !== undefined && { probePort }),
  };
}
