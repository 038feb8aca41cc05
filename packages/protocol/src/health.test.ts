import { expect, test } from 'vitest';
import vectors from '../golden/vectors.json' with { type: 'json' };
import { HealthCheckRequest, HealthListResponse } from './generated/messages.ts';
import { decodeHealthCheck, encodeHealthCheck, encodeHealthList } from './health.ts';

test("a status is what Google's protobuf writes", () => {
  expect(encodeHealthCheck('SERVING').toString('hex')).toBe(vectors.health_serving);
  expect([...encodeHealthCheck('NOT_SERVING')]).toEqual([8, 2]);
});

test('a check names its service, or the server as a whole', () => {
  expect(decodeHealthCheck(HealthCheckRequest.encode({ service: 'seldon.protos.Model' }).finish())).toEqual({
    service: 'seldon.protos.Model',
  });
  expect(decodeHealthCheck(new Uint8Array(0))).toEqual({ service: '' });
  expect(() => decodeHealthCheck(Uint8Array.of(0x0a, 0x09))).toThrow('not a valid grpc.health.v1.HealthCheckRequest');
});

test('a list has the status of each service', () => {
  expect(HealthListResponse.decode(encodeHealthList({ '': 'SERVING', a: 'NOT_SERVING' })).statuses).toMatchObject({
    '': { status: 1 },
    a: { status: 2 },
  });
});
