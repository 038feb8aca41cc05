import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFeedbackJson, encodeSeldonJson } from '@switchyard/protocol';
import { rowMessage, type Answer } from '../client/prediction-client.ts';

export type Where = { readonly url: string; readonly directory: string; readonly authorization?: string | undefined };

/**
 * Two commands to paste: a prediction, and the reward for an answer. Their bodies are written into `directory`, since a picture is
 * too long for a command line; so is what is to be shown, which no command line is to have.
 */
export function curlLines(
  { url, directory, authorization }: Where,
  row: ArrayLike<number>,
  answer: Answer,
): { predict: string; feedback: string } {
  const request = join(directory, 'request.json');
  const feedback = join(directory, 'feedback.json');
  writeFileSync(request, encodeSeldonJson(rowMessage(row, 'ndarray')));
  writeFileSync(feedback, encodeFeedbackJson({ response: answer.message, reward: 1 }));
  const shown = headerFile(directory, authorization);
  const curl = (path: string, file: string): string =>
    [`curl -s ${url}${path}`, `-H 'content-type: application/json'`, ...(shown ? [`-H @${shown}`] : []), `-d @${file}`].join(' \\\n  ');
  return { predict: curl('/api/v1.0/predictions', request), feedback: curl('/api/v1.0/feedback', feedback) };
}

/** A file of the header, for its owner alone. */
function headerFile(directory: string, authorization: string | undefined): string | undefined {
  const file = join(directory, 'authorization.txt');
  rmSync(file, { force: true });
  if (authorization === undefined) return undefined;
  writeFileSync(file, `authorization: ${authorization}\n`, { mode: 0o600 });
  return file;
}
