import { UserError } from './command.ts';

const most = 1000; // of a file: each request is held against all of them

/**
 * Reads a file of credentials: a line each, a bearer token, or `user:password` of basic authentication; empty lines and those that begin with
 * `#` say nothing. Several at once are for changing them without a moment in which neither is taken.
 *
 * @param from who says it, for errors
 * @returns the values that the header `Authorization` can have
 * @throws UserError where there is none, or a line cannot be one; it never names what is in the file
 */
export function readCredentials(text: string, from: string): string[] {
  const found: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (/\s/.test(line) && !line.includes(':')) throw new UserError(`${from}, line ${index + 1}: a token has no spaces in it`);
    found.push(line.includes(':') ? `Basic ${Buffer.from(line).toString('base64')}` : `Bearer ${line}`);
  }
  if (found.length === 0) throw new UserError(`${from} has no credentials: a line is a token, or user:password`);
  if (found.length > most) throw new UserError(`${from} has ${found.length} credentials; the most is ${most}`);
  return found;
}

/**
 * The header `Authorization` of the first credential in such a file: what one sends who calls others that have the same file.
 *
 * @throws UserError as `readCredentials`, and where a token has characters that no header may have
 */
export function authorizationOf(text: string, from: string): string {
  const [first] = readCredentials(text, from) as [string, ...string[]];
  if (!/^[\x20-\x7e]+$/.test(first)) throw new UserError(`${from}: its first token has characters other than those of ASCII`);
  return first;
}
