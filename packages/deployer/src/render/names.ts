import { createHash } from 'node:crypto';

/** The longest that a Service's name, a label's value and a container's name may be. */
const limit = 63;

/** The first digits of what a text's SHA-256 is. */
export const digest = (text: string, digits = 8): string => createHash('sha256').update(text).digest('hex').slice(0, digits);

/**
 * A name for an object that belongs to several things: their names with dashes between. What is too long, or not fit for a name, is cut
 * and changed, and ends in a hash of what it was: different parts have different names.
 *
 * @example
 *     objectName('mnist', 'default')   // 'mnist-default'
 *     objectName('mnist', 'My Model')  // 'mnist-my-model-5d9f6a51'
 */
export function objectName(...parts: readonly string[]): string {
  const wanted = parts.join('-');
  const fit = wanted.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  if (fit === wanted && wanted.length <= limit && !wanted.endsWith('-')) return wanted;
  return `${fit.slice(0, limit - 9).replace(/-+$/, '')}-${digest(wanted)}`;
}
