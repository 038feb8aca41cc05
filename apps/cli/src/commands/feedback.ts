import { readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { decodeSeldonJson, type Message } from '@switchyard/protocol';
import { type AccessOptions, fetchWith } from '../client/access.ts';
import { restClient } from '../client/rest-client.ts';
import type { Terminal } from '../show/terminal.ts';

export type FeedbackOptions = AccessOptions & {
  readonly url: string;
  readonly reward: number;
  /** `unit=branch`, as an answer's meta.routing has it. */
  readonly routing?: readonly string[];
  /** File of the answer, as `predict --json` prints it; `-` is standard input. */
  readonly response?: string;
};

/** Rewards an answer that was given before: the whole answer, or the way that it went. */
export async function feedback({ url, reward, routing = [], response, ...access }: FeedbackOptions, terminal: Terminal): Promise<void> {
  if (!response && routing.length === 0) throw new UserError('say which answer is meant: --response FILE, or --routing UNIT=BRANCH');
  const answer = response ? readAnswer(response) : routed(routing);
  await restClient(url, fetchWith(access)).feedback({ response: answer, reward });
  terminal.line(`Rewarded with ${reward}.`);
  terminal.event('feedback', { reward, routing: answer.meta.routing ?? {}, puid: answer.meta.puid });
}

function readAnswer(file: string): Message {
  try {
    return decodeSeldonJson(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    throw new UserError(`cannot read an answer from ${file === '-' ? 'standard input' : file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function routed(pairs: readonly string[]): Message {
  const routing = pairs.map((pair): [string, number] => {
    const [, unit, branch] = /^(.+)=(-?\d+)$/.exec(pair) ?? [];
    if (!unit) throw new UserError(`--routing "${pair}" is not UNIT=BRANCH, such as eg-router=0`);
    return [unit, Number(branch)];
  });
  return { meta: { routing: Object.fromEntries(routing) }, encoding: 'none', payload: { kind: 'empty' } };
}
