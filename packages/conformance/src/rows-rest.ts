import { describe, expect, test } from 'vitest';
import { post, send, type Json } from './rest-client.ts';
import { closeTo } from './seldon-rest.ts';
import type { Subject } from './target.ts';

/** The protocols of rows: KServe's V1, which is TensorFlow Serving's, and MLflow's scoring server. */
export function rowsRest(subject: Subject): void {
  const url = (path: string): string => `${subject.target.http}${path}`;
  const expected = async (): Promise<number[]> =>
    (await post(url('/api/v1.0/predictions'), { data: { ndarray: [subject.target.row] } })).json.data.ndarray[0];

  describe('KServe V1 REST', () => {
    const predict = (body: Json, path = `/v1/models/${subject.target.model}:predict`) => post(url(path), body);

    test('it is alive', async () => expect((await send(url('/'))).json).toEqual({ status: 'alive' }));

    test('models are listed; the one that is served is ready', async () => {
      const { model } = subject.target;
      expect((await send(url('/v1/models'))).json).toEqual({ models: [model] });
      expect((await send(url(`/v1/models/${model}`))).json).toMatchObject({ name: model, ready: true });
      const unknown = await send(url('/v1/models/no-such-model'));
      expect([unknown.status, unknown.json.error]).toEqual([404, expect.stringContaining('no-such-model')]);
      expect((await send(url(`/v1/models/${model}/metadata`))).json.model_spec.name).toBe(model);
    });

    test('instances are answered with predictions, a row each, inputs with outputs: the numbers that Seldon REST gives', async () => {
      const { row, model } = subject.target;
      const { status, json } = await predict({ instances: [row, row] });
      expect(status).toBe(200);
      expect(Object.keys(json)).toEqual(['predictions']);
      expect(json.predictions).toHaveLength(2);
      closeTo(json.predictions[1], await expected());
      closeTo((await predict({ inputs: [row] })).json.outputs[0], await expected());
      for (const path of [`/v1/models/${model}/:predict`, '/v1/models:predict']) {
        closeTo((await predict({ instances: [row] }, path)).json.predictions[0], await expected());
      }
    });

    test('bad requests are refused in words', async () => {
      const { row, width } = subject.target;
      const refused = async (body: Json, status: number, word: string, path?: string) => {
        const answer = await predict(body, path);
        expect([answer.status, answer.json.error]).toEqual([status, expect.stringContaining(word)]);
      };
      await refused({ instances: [row.slice(1)] }, 400, String(width));
      await refused({ instances: [] }, 400, 'empty');
      await refused({}, 400, 'instances');
      await refused({ instances: [row] }, 404, 'no-such-model', '/v1/models/no-such-model:predict');
      expect((await send(url('/v1/nothing'))).json.error).toContain('/v1/nothing');
    });

    test('an explanation is given, or refused in words', async () => {
      const { status, json } = await predict({ instances: [subject.target.row] }, `/v1/models/${subject.target.model}:explain`);
      if (status === 501) expect(json.error).toMatch(/does not explain/);
      else expect(json.explanations[0].values).toHaveLength(subject.target.width);
    });
  });

  describe('MLflow REST', () => {
    const invoke = (body: Json) => post(url('/invocations'), body);
    const columns = () => subject.target.row.map((_, index) => `c${index}`);

    test('it is healthy and has a version', async () => {
      expect((await send(url('/ping'))).status).toBe(200);
      expect((await send(url('/health'))).status).toBe(200);
      expect((await send(url('/version'))).text).toMatch(/^\d+\.\d+/);
    });

    test('every form of a request is answered with the numbers that Seldon REST gives', async () => {
      const { row } = subject.target;
      const record = Object.fromEntries(row.map((value, index) => [`c${index}`, value]));
      for (const body of [
        { dataframe_split: { columns: columns(), data: [row] } },
        { dataframe_records: [record] },
        { instances: [row] },
        { inputs: [row] },
      ]) {
        const { status, json } = await invoke(body);
        expect({ status, json }).toMatchObject({ status: 200, json: { predictions: [expect.any(Array)] } });
        closeTo(json.predictions[0], await expected());
      }
    });

    test('CSV is answered alike', async () => {
      const { row } = subject.target;
      const body = `${columns().join(',')}\n${row.join(',')}\n${row.join(',')}\n`;
      const { status, json } = await send(url('/invocations'), { method: 'POST', headers: { 'content-type': 'text/csv' }, body });
      expect(status).toBe(200);
      expect(json.predictions).toHaveLength(2);
      closeTo(json.predictions[1], await expected());
    });

    test('bad requests are refused in words', async () => {
      const { width, row } = subject.target;
      const short = await invoke({ dataframe_split: { data: [row.slice(1)] } });
      expect([short.status, short.json]).toEqual([400, { error_code: 'BAD_REQUEST', message: expect.stringContaining(String(width)) }]);
      expect((await invoke({})).json.message).toContain('dataframe_split');
      const text = await send(url('/invocations'), { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a' });
      expect([text.status, text.json.message]).toEqual([415, expect.stringContaining('text/csv')]);
    });
  });
}
