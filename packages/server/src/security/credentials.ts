import { createHash, timingSafeEqual } from 'node:crypto';
import { readCredentials } from '@switchyard/config';

/** Who may: digests of the values that the header `Authorization` can have, so that all are of one length. */
export type Credentials = readonly Buffer[];

/** Of a file of credentials. @throws UserError as `readCredentials` */
export const parseCredentials = (text: string, from: string): Credentials => readCredentials(text, from).map(digestOf);

/** Whether a header is one of them. It takes as long for any other header of the same length, and for each of them. */
export function matches(credentials: Credentials, authorization: string): boolean {
  const [scheme = '', ...rest] = authorization.trim().split(/\s+/);
  const digest = digestOf(`${scheme.charAt(0).toUpperCase()}${scheme.slice(1).toLowerCase()} ${rest.join(' ')}`);
  let found = false;
  for (const each of credentials) found = timingSafeEqual(each, digest) || found;
  return found;
}

const digestOf = (value: string): Buffer => createHash('sha256').update(value).digest();
