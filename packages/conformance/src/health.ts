import { describe, expect, test } from 'vitest';
import { send } from './rest-client.ts';
import type { Subject } from './target.ts';

/** What operators, kubelets and Prometheus ask by REST. */
export function health(subject: Subject): void {
  const get = (path: string, method = 'GET') => send(`${subject.target.http}${path}`, { method });

  describe('health, metadata and metrics by REST', () => {
    test.each([
      ['/ping', 'pong'],
      ['/health/ping', 'pong'],
    ])('%s says %s', async (path, word) => {
      expect(await get(path)).toMatchObject({ status: 200, text: word });
    });

    test.each(['/live', '/ready', '/health/status', '/api/v1.0/health/status', '/api/v0.1/health/status', '/api/v1.0/status'])(
      '%s says 200',
      async (path) => {
        expect((await get(path)).status).toBe(200);
      },
    );

    test('the status of a unit is that of the unit, by its name', async () => {
      const { json } = await get('/api/v1.0/metadata');
      const [unit] = subject.kind === 'router' ? Object.keys(json.models) : [json.name];
      for (const version of ['v0.1', 'v1.0']) expect((await get(`/api/${version}/status/${unit}`)).json.strData).toBe('healthy');
      expect((await get('/api/v1.0/status/no-such-unit')).status).toBe(404);
    });

    test('the Open Inference Protocol says live and ready, of the server and of the model', async () => {
      const { model } = subject.target;
      expect((await get('/v2/health/live')).json).toEqual({ live: true });
      expect((await get('/v2/health/ready')).json).toEqual({ ready: true });
      expect((await get(`/v2/models/${model}/ready`)).json).toEqual({ name: model, ready: true });
    });

    test('the server states its extensions', async () => {
      const { json } = await get('/v2');
      expect(json).toMatchObject({ name: expect.any(String), version: expect.any(String) });
      expect(json.extensions).toContain('binary_tensor_data');
    });

    test('the model states its inputs and outputs', async () => {
      const { model, width } = subject.target;
      const { json } = await get(`/v2/models/${model}`);
      expect(json).toMatchObject({ name: model, platform: expect.any(String) });
      if (subject.kind === 'model') {
        expect(json.inputs).toHaveLength(1);
        expect(json.inputs[0].shape).toEqual([-1, width]);
        expect(json.outputs[0].shape).toEqual([-1, subject.target.classes]);
      }
    });

    test('Seldon metadata is there, of a router that of its graph', async () => {
      const { status, json } = await get('/api/v1.0/metadata');
      expect(status).toBe(200);
      expect(json.name).toBeTypeOf('string');
      if (subject.kind === 'router') expect(Object.keys(json.models).length).toBeGreaterThan(0);
      else expect((await get('/metadata')).json).toEqual(json);
    });

    test.each(['/metrics', '/prometheus'])('%s counts requests under the names of Seldon', async (path) => {
      await get('/ping');
      const { status, headers, text } = await get(path);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^text\/plain/);
      expect(text).toMatch(/^seldon_api_executor_server_requests_seconds_count\{.*service="status".*code="200".*\} [1-9]/m);
    });

    test('a paused server answers but is not ready and sends clients elsewhere, until it is unpaused', async () => {
      expect((await get('/pause')).status).toBe(200);
      try {
        expect(await get('/ready')).toMatchObject({ status: 503, text: expect.stringMatching(/paused/) });
        const ping = await get('/ping');
        expect([ping.status, ping.headers.get('connection')]).toEqual([200, 'close']);
      } finally {
        await get('/unpause');
      }
      expect((await get('/ready')).status).toBe(200);
    });

    test('HEAD is GET without a body; OPTIONS says what is allowed', async () => {
      expect(await get('/ready', 'HEAD')).toMatchObject({ status: 200, text: '' });
      const options = await get('/api/v1.0/predictions', 'OPTIONS');
      expect(options.status).toBe(204);
      expect(options.headers.get('allow')).toContain('POST');
    });
  });
}
