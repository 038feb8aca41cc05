import { decodeSeldonJson, encodeFeedbackJson, encodeSeldonJson } from '@switchyard/protocol';
import { UserError } from '@switchyard/config';
import { readAnswer, rowMessage, type PredictionClient } from './prediction-client.ts';

/** Speaks the Seldon REST API to `url`, such as `http://localhost:8000`. */
export function restClient(url: string): PredictionClient {
  const base = url.replace(/\/+$/, '');
  return {
    async predict(row) {
      const body = encodeSeldonJson(rowMessage(row, 'ndarray'));
      const start = performance.now();
      const answer = await post(`${base}/api/v1.0/predictions`, body);
      return readAnswer(decodeSeldonJson(answer), performance.now() - start);
    },
    async feedback(feedback) {
      await post(`${base}/api/v1.0/feedback`, encodeFeedbackJson(feedback));
    },
    close() {},
  };
}

async function post(url: string, body: Uint8Array): Promise<Uint8Array> {
  const answer = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array(body) });
  return new Uint8Array(await answer.arrayBuffer());
}

/** `fetch`, with words for a user when there is no answer or a refusal. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, init).catch((error: Error) => {
    const cause = (error.cause as Error | undefined)?.message || error.message;
    throw new UserError(`${url} does not answer: ${cause}. Is the deployment up? Start it with: switchyard up`, { cause: error });
  });
  if (!answer.ok) throw new UserError(`${url} refused with ${answer.status}: ${refusal(await answer.text())}`);
  return answer;
}

function refusal(body: string): string {
  try {
    const parsed = JSON.parse(body) as { status?: { info?: string }; error?: string };
    return parsed.status?.info ?? parsed.error ?? body;
  } catch {
    return body;
  }
}
