import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import { BuildError, type BuildStep } from './build-error.ts';
import { explainEngine } from './explain-engine.ts';

/** What is told of a build while it runs. */
export type BuildProgress =
  | ({ readonly event: 'step' } & BuildStep)
  | { readonly event: 'cached'; readonly step: number }
  | { readonly event: 'output'; readonly text: string }
  /** A layer of a base image on its way; `current` and `total` are bytes. */
  | {
      readonly event: 'pull';
      readonly layer: string;
      readonly status: string;
      readonly current?: number | undefined;
      readonly total?: number | undefined;
    };

const messageSchema = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
  aux: z.object({ ID: z.string().optional() }).optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string() }).optional(),
});

const kept = 20;

/**
 * Follows a build by the messages of the engine's classic builder.
 *
 * @returns the image's id, `sha256:…`
 * @throws BuildError with the step that failed and its last lines
 */
export async function readBuild(messages: AsyncIterable<unknown>, report: (progress: BuildProgress) => void): Promise<string> {
  let at: BuildStep | undefined;
  let image: string | undefined;
  let text = '';
  let lines: string[] = [];

  const say = (line: string): void => {
    const plain = stripVTControlCharacters(line).trimEnd();
    if (plain === '') return;
    const started = /^Step (\d+)\/(\d+) : (.*)$/s.exec(plain);
    if (started) {
      at = { step: Number(started[1]), steps: Number(started[2]), instruction: started[3]! };
      lines = [];
      report({ event: 'step', ...at });
    } else if (plain === ' ---> Using cache' && at !== undefined) report({ event: 'cached', step: at.step });
    else if (!isChatter(plain)) {
      lines = [...lines.slice(1 - kept), plain];
      report({ event: 'output', text: plain });
    }
  };

  for await (const each of messages) {
    const message = messageSchema.parse(each);
    if (message.stream !== undefined) {
      const parts = (text + message.stream).split('\n');
      text = parts.pop()!;
      parts.forEach(say);
    }
    if (message.status !== undefined && message.id !== undefined)
      report({ event: 'pull', layer: message.id, status: message.status, ...message.progressDetail });
    image = message.aux?.ID ?? image; // one a stage: the last is the result
    const error = message.errorDetail?.message ?? message.error;
    if (error === undefined) continue;
    say(text);
    throw new BuildError(explainEngine(error), at, lines);
  }
  if (image === undefined) throw new BuildError('the engine broke the build off without a word', at, lines);
  return image;
}

/** What the engine says of its own doings, which tells a user nothing. */
const isChatter = (line: string): boolean =>
  /^ ---> (?:Running in )?[0-9a-f]{12}$|^(?:Removing intermediate container|Removed intermediate container|Successfully built|Successfully tagged) /.test(
    line,
  );
