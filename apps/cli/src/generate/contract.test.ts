import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readContract, rowSize } from './contract.ts';

const running: Server[] = [];
afterEach(() => running.splice(0).forEach((each) => each.close()));

/** A server of other makers, that answers these paths. */
async function serving(answers: Readonly<Record<string, unknown>>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const found = answers[url];
    response.writeHead(found === undefined ? 404 : 200);
    response.end(typeof found === 'string' ? found : JSON.stringify(found ?? {}));
  });
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const tensor = { name: 'a b', datatype: 'FP32', shape: [-1, 2] };
const oip = { '/v2': { name: 'triton' }, '/v2/repository/index': [{ name: 'm' }, { name: 'm', version: '2' }] };
const model = { name: 'm', platform: 'p', inputs: [tensor], outputs: [{ ...tensor, name: 'out' }] };

test('a server that speaks nothing but the Open Inference Protocol has a model, and takes no feedback', async () => {
  const url = await serving({ ...oip, '/v2/models/m': model });
  const { inputs, outputs } = model;
  expect(await readContract(`${url}//`)).toEqual({ url, model: 'm', inputs, outputs, feedback: false });
});

test('columns are named where all models of a graph agree', async () => {
  const custom = (columns: readonly string[]) => ({ custom: { 'columns.out': JSON.stringify(columns) } });
  const graph = (...models: object[]) => serving({ ...oip, '/v2/models/m': model, '/api/v1.0/metadata': { name: 'm', models } });
  const named = async (url: string) => (await readContract(url)).outputs[0]?.columns;
  expect(await named(await graph(custom(['no', 'yes']), custom(['no', 'yes'])))).toEqual(['no', 'yes']);
  expect(await named(await graph(custom(['no', 'yes']), custom(['yes', 'no'])))).toBeUndefined();
  expect(await named(await graph(custom(['no', 'yes', 'both'])))).toBeUndefined();
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['/v2 refused with 404', {}],
  ['does not speak the Open Inference Protocol: it answers "<html>"', { '/v2': '<html>' }],
  ['does not speak the Open Inference Protocol: it has no name', { '/v2': {} }],
  ['serves no model, or does not say which: name it by --model', { '/v2': { name: 'x' } }],
  ['serves 2 models: say --model m, or --model n', { ...oip, '/v1/models': { models: ['m', 'n'] } }],
  ['/v2/models/m refused with 404', oip],
  ['"m" does not say what it takes', { ...oip, '/v2/models/m': { ...model, inputs: [] } }],
  ['"m" does not say what it gives', { ...oip, '/v2/models/m': { ...model, outputs: [] } }],
  [
    'is not a model\'s metadata: inputs[0].shape[0] is "x"',
    { ...oip, '/v2/models/m': { ...model, inputs: [{ ...tensor, shape: ['x'] }] } },
  ],
])('refuses: %s', async (words, answers) => {
  await expect(readContract(await serving(answers))).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining(words) });
});

test('refuses what is no URL, and where nobody answers', async () => {
  await expect(readContract('localhost:8000')).rejects.toThrow('--from localhost:8000 is no URL; one is http://localhost:8000');
  await expect(readContract('http://127.0.0.1:1')).rejects.toThrow('http://127.0.0.1:1/v2 does not answer');
});

test.each([
  [[-1, 784], 784],
  [[-1, 28, 28, 1], 784],
  [[-1], 1],
  [[3], 3],
  [[], 1],
  [[-1, -1], 0],
  [[1, -1], 0],
])('rows of %j have %i elements', (shape, size) => expect(rowSize(shape)).toBe(size));
