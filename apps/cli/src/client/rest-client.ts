import { decodeSeldonJson, encodeFeedbackJson, encodeSeldonJson } from '@switchyard/protocol';
import { UserError } from '@switchyard/config';
import type { Fetch } from './access.ts';
import { readAnswer, rowMessage, type PredictionClient } from './prediction-client.ts';

/** Speaks the Seldon REST API to `url`, such as `http://localhost:8000`. */
export function restClient(url: string, fetch?: Fetch): PredictionClient {
  const base = url.replace(/\/+$/, '');
  return {
    async predict(row) {
      const body = encodeSeldonJson(rowMessage(row, 'ndarray'));
      const start = performance.now();
      const answer = await post(`${base}/api/v1.0/predictions`, body, fetch);
      return readAnswer(decodeSeldonJson(answer), performance.now() - start);
    },
    async feedback(feedback) {
      await post(`${base}/api/v1.0/feedback`, encodeFeedbackJson(feedback), fetch);
    },
    close() {},
  };
}

async function post(url: string, body: Uint8Array, fetch?: Fetch): Promise<Uint8Array> {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(url, { method: 'POST', headers, body: new Uint8Array(body) }, fetch);
  return new Uint8Array(await answer.arrayBuffer());
}

/** `fetch`, with words for a user when there is no answer or a refusal. */
export async function request(url: string, init: RequestInit = {}, ask: Fetch = fetch): Promise<Response> {
  const answer = await ask(url, init).catch((error: Error & { code?: string }) => {
    const cause = (error.cause ?? error) as Error & { code?: string };
    const distrusted = /CERT|SIGNATURE|ISSUER/.test(cause.code ?? '');
    const hint = distrusted ? 'Who vouches for its certificate is named by --ca' : 'Is the deployment up? Start it with: switchyard up';
    throw new UserError(`${url} does not answer: ${cause.message || error.message}. ${hint}`, { cause: error });
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
