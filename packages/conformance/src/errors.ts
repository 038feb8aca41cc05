import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { expectOipError, expectSeldonError, post, send, type Json } from './rest-client.ts';
import type { Subject } from './target.ts';

/** Bad requests by REST: the right status, the protocol's own form, and words that name what was expected. */
export function restErrors(subject: Subject): void {
  const url = (path: string): string => `${subject.target.http}${path}`;
  const predictions = (ndarray: unknown) => post(url('/api/v1.0/predictions'), { data: { ndarray } });
  const raw = (body: string, type = 'application/json') =>
    send(url('/api/v1.0/predictions'), { method: 'POST', headers: { 'content-type': type }, body });
  const infer = (input: Json, model = subject.target.model) => post(url(`/v2/models/${model}/infer`), { inputs: [input] });
  const input = (patch: Json = {}): Json => {
    const { row, width } = subject.target;
    return { name: 'x', shape: [1, width], datatype: 'FP32', data: row, ...patch };
  };

  describe('errors by REST', () => {
    test('a row that is too short is refused, naming both widths', async () => {
      const { row, width } = subject.target;
      expectSeldonError(await predictions([row.slice(1)]), 400, String(width), String(width - 1));
    });

    test('text in place of a number is refused', async () => {
      expectSeldonError(await predictions([['seven', ...subject.target.row.slice(1)]]), 400);
    });

    test('text, bytes and JSON that is no tensor are refused, saying what is expected', async () => {
      for (const body of [{ strData: 'seven' }, { binData: 'AAAA' }, { jsonData: { a: 1 } }]) {
        expectSeldonError(await post(url('/api/v1.0/predictions'), body), 400, String(subject.target.width));
      }
    });

    test('no rows at all are refused', async () => expectSeldonError(await predictions([]), 400));

    test('a message without data is refused', async () => expectSeldonError(await post(url('/api/v1.0/predictions'), {}), 400));

    test.each([
      ['not JSON', '{"data":'],
      ['empty', ''],
      ['not an object', '[1,2]'],
      ['NaN', '{"data":{"ndarray":[[NaN]]}}'],
    ])('a body that is %s is refused', async (_, body) => expectSeldonError(await raw(body), 400));

    test('a value outside the range is refused, naming the value and the range; without a range any number is taken', async () => {
      const { badValue, range, row } = subject.target;
      if (badValue === undefined || range === undefined) {
        expect((await predictions([[...row.slice(0, -1), 1e6]])).status).toBe(200);
        return;
      }
      const message = [String(badValue), `${range.min}..${range.max}`];
      expectSeldonError(await predictions([[...row.slice(0, -1), badValue]]), 400, ...message);
      if (subject.kind === 'model')
        expectOipError(await infer(input({ name: await inputName(), data: [...row.slice(0, -1), badValue] })), 400, ...message);
    });

    test('another content type gets 415, naming it and what is taken', async () => {
      expectSeldonError(await raw('a,b', 'text/csv'), 415, 'text/csv', 'application/json');
    });

    test('an unknown path gets 404, naming it, in the form of its protocol', async () => {
      expectSeldonError(await send(url('/api/v9/nothing')), 404, '/api/v9/nothing');
      expectOipError(await send(url('/v2/nothing')), 404, '/v2/nothing');
    });

    test('a wrong method gets 405 with Allow', async () => {
      const answer = await send(url('/api/v1.0/predictions'), { method: 'DELETE' });
      expectSeldonError(answer, 405, 'DELETE');
      expect(answer.headers.get('allow')).toContain('POST');
    });

    test('a body that says it is too large gets 413, and need not be sent', async () => {
      const answer = await announce(url('/api/v1.0/predictions'), 10 * 1024 ** 4);
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.text).status.info).toMatch(/MiB/);
    });

    test('an unknown model gets 404, naming it', async () => {
      expectOipError(await infer(input(), 'no-such-model'), 404, 'no-such-model', subject.target.model);
      expectOipError(await send(url('/v2/models/no-such-model')), 404, 'no-such-model');
      expectOipError(await send(url('/v2/models/no-such-model/ready')), 404, 'no-such-model');
    });

    test('a version that is not served gets 404', async () => {
      const { model } = subject.target;
      expectOipError(await post(url(`/v2/models/${model}/versions/987654/infer`), { inputs: [input()] }), 404, '987654');
    });

    test('a shape that does not hold the data is refused', async () => {
      const { width } = subject.target;
      expectOipError(await infer(input({ shape: [2, width] })), 400, String(width));
    });

    test('a datatype that there is not is refused, naming it', async () => {
      expectOipError(await infer(input({ datatype: 'FP128' })), 400, 'FP128');
    });

    if (subject.kind === 'model')
      test('an input that the model does not have is refused, naming the one it has', async () => {
        expectOipError(await infer(input({ name: 'no-such-input' })), 400, 'no-such-input', await inputName());
      });
  });

  async function inputName(): Promise<string> {
    return (await send(url(`/v2/models/${subject.target.model}`))).json.inputs[0].name;
  }
}

/** Sends only the head of a request that announces a body of `bytes`. */
function announce(url: string, bytes: number): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const head = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': bytes, expect: '100-continue' },
    });
    head.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      head.destroy();
      resolve({ status: response.statusCode ?? 0, text });
    });
    head.on('error', reject);
    head.flushHeaders();
  });
}
