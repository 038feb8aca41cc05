import { expect, test } from 'vitest';
import { readCors } from '../cors-settings.ts';
import { serveLocally, linearPredictor } from '../fixtures/serving.ts';

const preflight = {
  origin: 'https://shop.example',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type',
};

async function ask(method: string, headers: Record<string, string>, corsOrigins = '*', corsHeaders = '*'): Promise<Record<string, string>> {
  const server = await serveLocally(linearPredictor(), { drainMs: 20, cors: readCors({ corsOrigins, corsHeaders }) });
  try {
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/v2/models/infer`, { method, headers });
    return Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));
  } finally {
    await server.close();
  }
}

test('a page of an allowed origin may ask, and read the answer, an error too', async () => {
  expect(await ask('OPTIONS', preflight)).toEqual({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': expect.stringContaining('seldon-puid'),
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  });
  const named = await ask('OPTIONS', preflight, 'https://other.example, https://shop.example', 'content-type,x-a');
  expect(named).toMatchObject({
    'access-control-allow-origin': 'https://shop.example',
    'access-control-allow-headers': 'content-type, x-a',
    vary: 'origin',
  });
  expect(await ask('POST', { origin: 'https://shop.example' })).toMatchObject({ 'access-control-allow-origin': '*' });
});

test('others get nothing that would let them', async () => {
  for (const origins of ['none', 'https://other.example', 'http://shop.example'])
    expect(await ask('OPTIONS', preflight, origins)).toEqual({});
  expect(await ask('OPTIONS', {})).toEqual({});
  expect(await ask('POST', {})).toEqual({});
});
