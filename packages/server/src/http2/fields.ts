/** Of HTTP/1 connections. */
const foreign: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Whether a header may be there, by its name, which is no pseudo header's (RFC 9113, 8.2). */
export const isField = (name: string, value: string): boolean =>
  token.test(name) && !foreign.has(name) && (name !== 'te' || value.toLowerCase() === 'trailers');

/** Whether a header may have this value. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
export const isValue = (value: string): boolean => !/[\0\r\n]/.test(value);

/** Headers by their names; values of one name are joined. */
export type Fields = Record<string, string>;

export const noFields = (): Fields => Object.create(null) as Fields;

export function addField(headers: Fields, name: string, value: string): void {
  headers[name] = name in headers ? `${headers[name]}${name === 'cookie' ? '; ' : ', '}${value}` : value;
}
