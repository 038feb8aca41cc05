import { assert, jsonValue, property } from 'fast-check';
import { expect, test } from 'vitest';
import { isAsWritten } from './is-as-written.ts';

const json = jsonValue({ maxDepth: 4 });

test('any object is as it was written, also when others have added to it', () => {
  assert(
    property(json, (written) => {
      expect(isAsWritten(written, structuredClone(written))).toBe(true);
    }),
  );
  expect(isAsWritten({ spec: { replicas: 1 } }, { spec: { replicas: 1, minReadySeconds: 0 }, status: {} })).toBe(true);
  expect(isAsWritten({ ports: [{ port: 80 }], gone: undefined, empty: [] }, { ports: [{ port: 80, nodePort: 31_000 }] })).toBe(true);
});

test('what differs anywhere is seen', () => {
  const written = { spec: { replicas: 1, ports: [{ port: 80 }], selector: { app: 'a' } } };
  for (const spec of [
    { ...written.spec, replicas: 2 },
    { ...written.spec, ports: [{ port: 81 }] },
    { ...written.spec, ports: [{ port: 80 }, { port: 81 }] },
    { ...written.spec, ports: { 0: { port: 80 }, length: 1 } },
    { ...written.spec, selector: {} },
    { ...written.spec, ports: undefined },
    { ...written.spec, selector: null },
    null,
  ])
    expect(isAsWritten(written, { spec })).toBe(false);
});
