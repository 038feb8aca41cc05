import { beforeAll, describe, expect, test } from 'vitest';
import { post, send, type Json } from './rest-client.ts';
import { closeTo } from './seldon-rest.ts';
import type { Subject } from './target.ts';

/** The Open Inference Protocol by REST: JSON, and the binary tensor extension. */
export function oipRest(subject: Subject): void {
  const url = (path: string): string => `${subject.target.http}${path}`;
  let name = 'x';
  const input = (patch: Json = {}): Json => ({
    name,
    shape: [1, subject.target.width],
    datatype: 'FP32',
    data: subject.target.row,
    ...patch,
  });
  const infer = (body: Json, path = `/v2/models/${subject.target.model}/infer`) => post(url(path), body);
  const ndarray = async (): Promise<number[]> =>
    (await post(url('/api/v1.0/predictions'), { data: { ndarray: [subject.target.row] } })).json.data.ndarray[0];

  describe('Open Inference Protocol REST', () => {
    // A router does not know the names of what its units take, and takes any.
    beforeAll(async () => {
      name = (await send(url(`/v2/models/${subject.target.model}`))).json.inputs[0]?.name ?? 'x';
    });

    test('an inference is answered with the numbers that Seldon REST gives', async () => {
      const { status, json } = await infer({ inputs: [input()] });
      expect(status).toBe(200);
      expect(json.model_name).toBe(subject.target.model);
      expect(json.outputs).toHaveLength(1);
      expect(json.outputs[0]).toMatchObject({ name: expect.stringMatching(/./), shape: [1, subject.target.classes] });
      closeTo(json.outputs[0].data, await ndarray());
    });

    test("a router's answer says its way in a header, as Seldon's says it in its meta; a model's has none", async () => {
      const inference = await infer({ inputs: [input()] });
      const { json } = await post(url('/api/v1.0/predictions'), { data: { ndarray: [subject.target.row] } });
      const said = inference.headers.get('seldon-routing');
      if (subject.kind === 'model') expect(said).toBeNull();
      else expect(JSON.parse(said ?? '')).toEqual(Object.fromEntries(Object.keys(json.meta.routing).map((unit) => [unit, 0])));
    });

    test('outputs are what the metadata declares', async () => {
      const declared = (await send(url(`/v2/models/${subject.target.model}`))).json.outputs;
      const { outputs } = (await infer({ inputs: [input()] })).json;
      expect(outputs.map((each: Json) => [each['name'], each['datatype']])).toEqual(
        declared.map((each: Json) => [each['name'], each['datatype']]),
      );
    });

    test('the id comes back', async () => {
      expect((await infer({ id: 'mine-3', inputs: [input()] })).json.id).toBe('mine-3');
    });

    test('nested data is taken as flat data is', async () => {
      const flat = await infer({ inputs: [input()] });
      const nested = await infer({ inputs: [input({ data: [subject.target.row] })] });
      expect(nested.json.outputs).toEqual(flat.json.outputs);
    });

    test('numbers come in any datatype that holds them', async () => {
      const expected = await ndarray();
      closeTo((await infer({ inputs: [input({ datatype: 'FP64' })] })).json.outputs[0].data, expected);
      const whole = subject.target.row.map(Math.round);
      const { json } = await infer({ inputs: [input({ datatype: 'UINT8', data: whole })] });
      closeTo(json.outputs[0].data, (await infer({ inputs: [input({ data: whole })] })).json.outputs[0].data);
    });

    test('only the outputs that were asked for are given; an unknown one is refused by name', async () => {
      const [output] = (await infer({ inputs: [input()] })).json.outputs;
      expect((await infer({ inputs: [input()], outputs: [{ name: output.name }] })).json.outputs).toEqual([output]);
      const refused = await infer({ inputs: [input()], outputs: [{ name: 'no-such-output' }] });
      expect(refused.status).toBe(400);
      expect(refused.json.error).toContain('no-such-output');
    });

    test('the path without a model means the one that is served', async () => {
      expect((await infer({ inputs: [input()] }, '/v2/models/infer')).json.model_name).toBe(subject.target.model);
    });

    test('a binary tensor is answered alike, and in binary where that is asked for', async () => {
      const expected = (await infer({ inputs: [input()] })).json.outputs[0];
      const binary = { shape: [1, subject.target.width], datatype: 'FP32', name };
      const data = Buffer.from(Float32Array.from(subject.target.row).buffer);
      const asJson = await sendBinary({ inputs: [{ ...binary, parameters: { binary_data_size: data.length } }] }, data);
      expect(asJson.json.outputs[0]).toEqual(expected);

      const request = { inputs: [{ ...binary, parameters: { binary_data_size: data.length } }], parameters: { binary_data_output: true } };
      const { json, tensors } = await sendBinary(request, data);
      const [output] = json.outputs;
      expect(output.data).toBeUndefined();
      expect(output.parameters.binary_data_size).toBe(tensors.length);
      const numbers = output.datatype === 'FP64' ? new Float64Array(copy(tensors)) : new Float32Array(copy(tensors));
      closeTo([...numbers], expected.data);
    });

    test('a binary tensor of the wrong size is refused', async () => {
      const data = Buffer.alloc(4 * subject.target.width - 4);
      const { width } = subject.target;
      const tensor = { name, shape: [1, width], datatype: 'FP32', parameters: { binary_data_size: data.length } };
      const { status, json } = await sendBinary({ inputs: [tensor] }, data);
      expect(status).toBe(400);
      expect(json.error).toEqual(expect.any(String));
    });
  });

  async function sendBinary(header: Json, data: Buffer): Promise<{ status: number; json: Json; tensors: Buffer }> {
    const json = Buffer.from(JSON.stringify(header));
    const response = await fetch(url(`/v2/models/${subject.target.model}/infer`), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) },
      body: Buffer.concat([json, data]),
    });
    const body = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length') ?? body.length);
    return { status: response.status, json: JSON.parse(body.toString('utf8', 0, length)), tensors: body.subarray(length) };
  }
}

/** At the start of a buffer of its own, as typed arrays want it. */
const copy = (bytes: Buffer): ArrayBuffer => Uint8Array.from(bytes).buffer;
