import { expect, test } from 'vitest';
import { flagName, plainName, variableName } from './names.ts';

test.each([
  ['store', 'store', 'SWITCHYARD_STORE'],
  ['httpPort', 'http-port', 'SWITCHYARD_HTTP_PORT'],
  ['maxBodyMB', 'max-body-mb', 'SWITCHYARD_MAX_BODY_MB'],
  ['nEstimators', 'n-estimators', 'SWITCHYARD_N_ESTIMATORS'],
  ['http2Port', 'http2-port', 'SWITCHYARD_HTTP2_PORT'],
  ['GRPCPort', 'grpc-port', 'SWITCHYARD_GRPC_PORT'],
])('%s is --%s and %s', (key, flag, variable) => {
  expect([flagName(key), variableName(key)]).toEqual([flag, variable]);
});

test('a parameter is the same in camel, snake and kebab case', () => {
  expect(['ratioA', 'ratio_a', 'ratio-a', 'RATIO_A'].map(plainName)).toEqual(Array(4).fill('ratioa'));
});
