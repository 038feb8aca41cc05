import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFeedbackJson, encodeSeldonJson } from '@switchyard/protocol';
import { rowMessage, type Answer } from '../client/prediction-client.ts';

/**
 * Two commands to paste: a prediction, and the reward for an answer. Their bodies are written into `directory`, since a picture is
 * too long for a command line.
 */
export function curlLines(url: string, directory: string, row: ArrayLike<number>, answer: Answer): { predict: string; feedback: string } {
  const request = join(directory, 'request.json');
  const feedback = join(directory, 'feedback.json');
  writeFileSync(request, encodeSeldonJson(rowMessage(row, 'ndarray')));
  writeFileSync(feedback, encodeFeedbackJson({ response: answer.message, reward: 1 }));
  const curl = (path: string, file: string): string => `curl -s ${url}${path} \\\n  -H 'content-type: application/json' \\\n  -d @${file}`;
  return { predict: curl('/api/v1.0/predictions', request), feedback: curl('/api/v1.0/feedback', feedback) };
}
