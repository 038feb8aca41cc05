import { describe, expect, test } from 'vitest';
import { askedBy } from './asked-by.ts';
import { closeTo } from './close-to.ts';
import type { Json } from './python.ts';

type Found = Readonly<Record<'runtime' | 'router', Json>>;
const asked = askedBy<Found>('tritonclient');

describe.each(['runtime', 'router'] as const)('tritonclient and the %s', (server) => {
  const of = (name: string) => asked.found[server][name];

  test.each(['http', 'grpc'])('health by %s', (way) => {
    expect([of(`${way} live`), of(`${way} ready`), of(`${way} model ready`), of(`${way} no model ready`)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('metadata by both', () => {
    expect(of('http metadata')).toMatchObject({ name: 'flowers', outputs: [{ shape: [-1, 3] }] });
    expect(of('grpc metadata')).toMatchObject({ name: 'flowers', outputs: [{ shape: ['-1', '3'] }] });
    const extensions = ['binary_tensor_data', ...(server === 'runtime' ? ['model_repository'] : []), 'statistics'];
    expect(of('http server').extensions).toEqual(extensions);
  });

  test.each(['in True out True', 'in True out False', 'in False out True', 'in False out False'])('JSON and binary: %s', (way) => {
    expect(of(`http binary ${way}`).id).toBe('mine-1');
    closeTo(of(`http binary ${way}`).numbers, asked.expected);
  });

  test.each(['http gzip', 'http deflate', 'http FP64', 'http FP16', 'http BF16', 'http async', 'grpc FP64', 'grpc FP16', 'grpc gzip'])(
    'inference as %s',
    (way) => closeTo(of(way), asked.expected),
  );

  test('inference by gRPC keeps its id', () => {
    expect(of('grpc infer').id).toBe('mine-2');
    closeTo(of('grpc infer').numbers, asked.expected);
  });

  test('statistics by both', () => {
    expect(of('http statistics').model_stats[0]).toMatchObject({
      name: 'flowers',
      inference_stats: { success: { count: expect.any(Number) } },
    });
    expect(Number(of('grpc statistics').model_stats[0].inference_stats.success.count)).toBeGreaterThan(10);
  });

  test('a refusal has its status and words', () => {
    expect(of('http refusal')).toEqual({ status: '400', message: expect.stringContaining('3 columns') });
    expect(of('grpc refusal')).toEqual({ status: 'StatusCode.INVALID_ARGUMENT', message: expect.stringContaining('3 columns') });
  });

  if (server === 'runtime')
    test.each(['http', 'grpc'])('the repository by %s: index, load, unload', (way) => {
      expect(of(`${way} index`)).toMatchObject([{ name: 'flowers', version: '1', state: 'READY' }]);
      expect([of(`${way} unloaded`), of(`${way} loaded`)]).toEqual([false, true]);
    });
});
