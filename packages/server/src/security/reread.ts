import { readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import type { Logger } from '../log.ts';

/** What some files say, which may change while a server runs. */
export type Reread<T> = {
  current(): T;
  /** Told of each change. @returns a way to stop that */
  onChange(listener: (value: T) => void): () => void;
};

export type RereadOptions<T> = {
  /** @throws UserError where the files are not what they should be: by half written, say */
  parse(contents: readonly Buffer[]): T;
  /** What a file is called where it cannot be read. */
  name?(path: string): string;
  readonly log: Logger;
  /** How often it looks, in milliseconds. */
  readonly everyMs?: number;
};

/**
 * Reads files, and again as they change, which is looked for every few seconds: a mounted Secret changes by a link, of which file systems do
 * not tell alike. What cannot be used is logged, and what they said before holds.
 *
 * @throws UserError naming a file that cannot be read; what `parse` throws
 */
export function reread<T>(paths: readonly string[], { parse, name = String, log, everyMs = 5000 }: RereadOptions<T>): Reread<T> {
  const listeners = new Set<(value: T) => void>();
  let contents = paths.map((path) => bytes(path, name));
  let value = parse(contents);
  let refused = '';
  setInterval(() => {
    try {
      const next = paths.map((path) => bytes(path, name));
      if (!next.every((each, at) => each.equals(contents[at] as Buffer))) {
        value = parse(next);
        contents = next;
        for (const listener of listeners) listener(value);
        log.info({ files: paths }, 'files changed, and hold from now on');
      }
      refused = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== refused) log.error({ err: error, files: paths }, 'what the files said before holds');
      refused = message;
    }
  }, everyMs).unref();
  return {
    current: () => value,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function bytes(path: string, name: (path: string) => string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UserError(`${name(path)} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
