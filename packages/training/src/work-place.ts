import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder for unfinished work in a store that is a folder; undefined where the store is an address. */
export function workPlace(store: string, folder: string): string | undefined {
  if (/^file:\/\//i.test(store)) return join(fileURLToPath(store), folder);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(store) ? undefined : join(store, folder);
}
