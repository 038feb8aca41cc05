import { describe, expect, test } from 'vitest';
import { expectSeldonError, metric, post, send, type Json } from './rest-client.ts';
import type { Subject } from './target.ts';

/** Seldon's REST API: every encoding, what the answer mirrors, ids, feedback. */
export function seldonRest(subject: Subject): void {
  const url = (path: string): string => `${subject.target.http}${path}`;
  const predictions = (body: unknown, headers?: Record<string, string>) => post(url('/api/v1.0/predictions'), body, headers);
  const ndarray = (): Json => ({ data: { ndarray: [subject.target.row] } });

  describe('Seldon REST', () => {
    test('an ndarray is answered with an ndarray, one row of one number a class', async () => {
      const { status, json, headers } = await predictions(ndarray());
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(Object.keys(json.data).toSorted()).toEqual(['names', 'ndarray']);
      expect(json.data.ndarray).toHaveLength(1);
      expect(json.data.ndarray[0]).toHaveLength(subject.target.classes);
      expect(json.data.ndarray[0].every(Number.isFinite)).toBe(true);
    });

    test('a tensor is answered with a tensor of the same numbers', async () => {
      const { row, width, classes } = subject.target;
      const { json } = await predictions({ data: { tensor: { shape: [1, width], values: row } } });
      expect(json.data.tensor.shape).toEqual([1, classes]);
      expect(json.data.ndarray).toBeUndefined();
      expect([json.data.tensor.values]).toEqual((await predictions(ndarray())).json.data.ndarray);
    });

    test('a tftensor is answered with a tftensor', async () => {
      const { row, width, classes } = subject.target;
      const tensorShape = { dim: [{ size: '1' }, { size: String(width) }] };
      const { status, json } = await predictions({ data: { tftensor: { dtype: 'DT_DOUBLE', tensorShape, doubleVal: row } } });
      expect(status).toBe(200);
      expect(json.data.tftensor.tensorShape.dim.map(({ size }: { size: unknown }) => Number(size))).toEqual([1, classes]);
    });

    test('several rows are answered in their order', async () => {
      const { row, width } = subject.target;
      const other = Array.from({ length: width }, (_, index) => row[width - 1 - index] as number);
      const both = (await predictions({ data: { ndarray: [row, other, row] } })).json.data.ndarray;
      const alone = (await predictions({ data: { ndarray: [other] } })).json.data.ndarray;
      expect(both).toHaveLength(3);
      closeTo(both[0], both[2]); // not equal: vector arithmetic rounds by a row's place in the batch
      closeTo(both[1], alone[0]);
    });

    test('a form with the field json is taken, as Seldon engines send it', async () => {
      const body = new URLSearchParams({ json: JSON.stringify(ndarray()), isDefault: 'true' });
      const { status, json } = await send(url('/api/v0.1/predictions'), { method: 'POST', body });
      expect(status).toBe(200);
      expect(json.data.ndarray[0]).toHaveLength(subject.target.classes);
    });

    test('a multipart form with the field data is taken', async () => {
      const body = new FormData();
      body.set('data', JSON.stringify(ndarray().data));
      const { status, json } = await send(url('/api/v1.0/predictions'), { method: 'POST', body });
      expect(status).toBe(200);
      expect(json.data.ndarray[0]).toHaveLength(subject.target.classes);
    });

    test('JSON that curl -d calls a form is taken as the JSON it is', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      expect((await predictions(ndarray(), headers)).status).toBe(200);
    });

    test('meta has a new puid, and tags, routing and requestPath as objects', async () => {
      const [one, two] = [await predictions(ndarray()), await predictions(ndarray())];
      expect(one.json.meta.puid).toMatch(/^[0-9a-v]{26}$/);
      expect(one.json.meta.puid).not.toBe(two.json.meta.puid);
      expect(one.headers.get('seldon-puid')).toBe(one.json.meta.puid);
      for (const part of ['tags', 'routing', 'requestPath']) expect(one.json.meta[part]).toBeTypeOf('object');
    });

    test("the client's own puid comes back, be it in meta or in the header", async () => {
      const inMeta = await predictions({ meta: { puid: 'mine-1' }, ...ndarray() });
      expect([inMeta.json.meta.puid, inMeta.headers.get('seldon-puid')]).toEqual(['mine-1', 'mine-1']);
      const inHeader = await predictions(ndarray(), { 'seldon-puid': 'mine-2' });
      expect([inHeader.json.meta.puid, inHeader.headers.get('seldon-puid')]).toEqual(['mine-2', 'mine-2']);
    });

    test('a CloudEvent is answered by one', async () => {
      const { json, headers } = await predictions(ndarray(), { 'ce-specversion': '1.0', 'ce-id': 'event-1' });
      expect(headers.get('ce-id')).toBe(json.meta.puid);
      expect(headers.get('ce-type')).toMatch(/^seldon\..*\.response$/);
      expect(headers.get('ce-path')).toBe('/api/v1.0/predictions');
      expect((await predictions(ndarray())).headers.get('ce-id')).toBeNull();
    });

    test("the client's own tags come back", async () => {
      expect((await predictions({ meta: { tags: { batch: 'a', n: 7 } }, ...ndarray() })).json.meta.tags).toMatchObject({
        batch: 'a',
        n: 7,
      });
    });

    test('a feedback with reward 0 counts, and adds nothing to the rewards', async () => {
      const { http } = subject.target;
      const [count, sum] = ['seldon_api_model_feedback_total', 'seldon_api_model_feedback_reward_total'];
      const response = (await predictions(ndarray())).json;
      const before = [await metric(http, count), await metric(http, sum)] as const;
      for (const reward of [0, 0.25]) {
        const { status } = await post(url('/api/v1.0/feedback'), { request: ndarray(), response, reward });
        expect(status).toBe(200);
      }
      // A router counts for each unit that it visits: for every one of them twice.
      const units = ((await metric(http, count)) - before[0]) / 2;
      expect(units).toBeGreaterThanOrEqual(1);
      expect(Number.isInteger(units)).toBe(true);
      expect((await metric(http, sum)) - before[1]).toBeCloseTo(0.25 * units, 9);
    });

    test('a reward that is no finite number from 0 is refused', async () => {
      const response = (await predictions(ndarray())).json;
      for (const reward of [-1, 'good']) {
        expectSeldonError(await post(url('/api/v1.0/feedback'), { request: ndarray(), response, reward }), 400, /reward/);
      }
    });

    if (subject.kind === 'model')
      test('the internal API of a unit answers alike: /predict, /send-feedback', async () => {
        const outer = (await predictions(ndarray())).json.data;
        expect((await post(url('/predict'), ndarray())).json.data).toEqual(outer);
        const query = new URLSearchParams({ json: JSON.stringify({ data: { ndarray: [subject.target.row] } }) });
        expect((await send(`${url('/predict')}?${query}`)).json.data).toEqual(outer);
        expect((await post(url('/send-feedback'), { response: { meta: {} }, reward: 1 })).status).toBe(200);
      });
  });
}

/** Equal but for the last digits: a batch may be summed in another order. */
export function closeTo(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
}
