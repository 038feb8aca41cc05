import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '@switchyard/config';
import { writeWhole } from '@switchyard/training';
import type { Best } from './early-stopping.ts';
import type { HistoryState } from './history.ts';
import type { Snapshot } from './snapshot.ts';

/** All that a training is after a step: whoever has this, the data and the settings goes on as if nothing had been. */
export type TrainingState = {
  /** Steps that are done. The epoch and the place in its order of rows follow from it. */
  readonly step: number;
  readonly history: HistoryState;
  readonly best?: Best | undefined;
  /** The model's weights, then what the optimizer remembers. */
  readonly variables: Snapshot;
  /** The weights of the best validation. */
  readonly bestWeights?: Snapshot | undefined;
};

/** Where the state of one training is kept until its model is published. */
export type Checkpoint = {
  readonly file: string;
  /** @throws UserError where the file is damaged. */
  read(): Promise<TrainingState | undefined>;
  /** Written beside, synced, renamed: a crash leaves this state or the one before. */
  write(state: TrainingState): Promise<void>;
  remove(): Promise<void>;
};

/**
 * The checkpoint of a training, `<work>/<name>/<digest of the key>/checkpoint`: a line of JSON and then all floats.
 * @param key All that decides what the training does. A training with another key has another file, so the two are never mixed.
 */
export function checkpoint(work: string, name: string, key: object): Checkpoint {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex');
  const file = join(work, name, digest.slice(0, 16), 'checkpoint');
  return {
    file,
    async read() {
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return bytes && decode(bytes, digest, file);
    },
    write: (state) => writeWhole(file, ...encode(state, digest)),
    remove: () => rm(dirname(file), { recursive: true, force: true }),
  };
}

type Head = Pick<TrainingState, 'step' | 'history' | 'best'> & {
  readonly key: string;
  readonly variables: readonly number[];
  readonly bestWeights?: readonly number[];
};

function encode({ variables, bestWeights, ...rest }: TrainingState, key: string): Uint8Array[] {
  const body = [...variables, ...(bestWeights ?? [])].map((each) => new Uint8Array(each.buffer, each.byteOffset, each.byteLength));
  const lengths = (snapshot: Snapshot): number[] => snapshot.map((each) => each.length);
  const head: Head = {
    key,
    ...rest,
    variables: lengths(variables),
    ...(bestWeights && { bestWeights: lengths(bestWeights) }),
  };
  const text = new TextEncoder().encode(JSON.stringify(head).slice(0, -1));
  return [text, endOfHead(digestOf(text, ...body)), ...body];
}

/** The digest is the last member of the line, and is of all bytes before it and after: those of a number's last digit, which may not matter, too. */
function endOfHead(sha256: string): Uint8Array {
  return new TextEncoder().encode(`,"sha256":"${sha256}"}\n`);
}

function digestOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function decode(bytes: Uint8Array, key: string, file: string): TrainingState {
  try {
    const line = bytes.indexOf(0x0a) + 1;
    const body = Uint8Array.from(bytes.subarray(line)); // a copy, which begins where floats can; a Buffer's slice is none
    const text = bytes.subarray(0, Math.max(0, line - endOfHead(digestOf()).length));
    const sound = Buffer.concat([text, endOfHead(digestOf(text, body))]).equals(bytes.subarray(0, line));
    if (!sound) throw new SyntaxError('its digest is another');
    const { key: written, variables, bestWeights, ...rest } = JSON.parse(`${new TextDecoder().decode(text)}}`) as Head;
    if (written !== key) throw new SyntaxError('it is of another training');
    let at = 0;
    const take = (length: number): Float32Array => new Float32Array(body.buffer, (at += 4 * length) - 4 * length, length).slice();
    return { ...rest, variables: variables.map(take), ...(bestWeights && { bestWeights: bestWeights.map(take) }) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(`${file}: not a sound checkpoint: ${error.message}; remove it, and the training starts anew`, { cause: error });
  }
}
