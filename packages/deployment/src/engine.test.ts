import {
  array,
  assert,
  boolean,
  constantFrom,
  dictionary,
  double,
  integer,
  property,
  record,
  string,
  tuple,
  uniqueArray,
  type Arbitrary,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { Container } from './container.ts';
import type { PredictorSpec } from './deployment.ts';
import { decodePredictor, encodePredictor } from './engine.ts';
import type { GraphUnit } from './graph-unit.ts';

const finite = double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const parameters = dictionary(
  string({ minLength: 1 }).filter((key) => key !== '__proto__'),
  constantFrom<string | number | boolean>('1', 'x', '', true, false, 3).chain((value) => (value === 3 ? finite : constantFrom(value))),
);

/** Graphs of up to `depth` more levels; names and containers are put in later, when how many units there are is known. */
const bare = (depth: number): Arbitrary<GraphUnit> =>
  record({
    name: constantFrom(''),
    type: constantFrom<GraphUnit['type']>('MODEL', 'TRANSFORMER', 'OUTPUT_TRANSFORMER'),
    methods: constantFrom<GraphUnit['methods']>([], ['SEND_FEEDBACK']),
    parameters,
    endpoint: constantFrom<GraphUnit['endpoint']>(
      { type: 'REST' },
      { type: 'REST', host: '10.0.0.1', httpPort: 9001 },
      { type: 'GRPC', host: '::1', httpPort: 1, grpcPort: 2 },
    ),
    children: depth === 0 ? constantFrom([]) : array(bare(depth - 1), { maxLength: 2 }),
  });

function named(unit: GraphUnit, containers: Container[], counter = { next: 0 }): GraphUnit {
  const name = `unit-${counter.next++}`;
  const container = { name, image: `acme/${name}:1`, env: { A: 'b' }, volumeMounts: [{ name: 'disk', mountPath: '/data' }] };
  containers.push(container);
  return { ...unit, name, container, children: unit.children.map((child) => named(child, containers, counter)) };
}

const strings = dictionary(
  string({ minLength: 1 }).filter((key) => key !== '__proto__'),
  string(),
);
const predictors: Arbitrary<PredictorSpec> = tuple(
  bare(3),
  record({
    replicas: integer({ min: 0, max: 9 }),
    traffic: integer({ min: 0, max: 100 }),
    shadow: boolean(),
    annotations: strings,
    labels: strings,
  }),
  uniqueArray(constantFrom('disk', 'cache')),
).map(([graph, rest, volumes]) => {
  const containers: Container[] = [];
  const root = named(graph, containers);
  return { name: 'main', ...rest, graph: root, containers, volumes: volumes.map((name) => ({ name, emptyDir: {} })) };
});

test('what is encoded comes back the same', () => {
  assert(
    property(predictors, (predictor) => {
      expect(decodePredictor(encodePredictor(predictor))).toEqual(predictor);
    }),
  );
});

test("a predictor in the manifest's own form is read, as Seldon's operator encodes it", () => {
  const raw = {
    name: 'main',
    componentSpecs: [{ metadata: { creationTimestamp: null }, spec: { containers: [{ name: 'm', image: 'acme/m:1', resources: {} }] } }],
    graph: {
      name: 'm',
      type: 'MODEL',
      endpoint: { type: 'REST', service_host: 'localhost', service_port: 9000, httpPort: 9000, grpcPort: 9500 },
      children: [],
    },
    replicas: 1,
  };
  expect(decodePredictor(Buffer.from(JSON.stringify(raw)).toString('base64'))).toMatchObject({
    name: 'main',
    traffic: 100,
    graph: { endpoint: { type: 'REST', host: 'localhost', httpPort: 9000, grpcPort: 9500 }, container: { image: 'acme/m:1' } },
  });
});

test('what is not a predictor is refused by name', () => {
  expect(() => decodePredictor('not base64 of anything')).toThrow('ENGINE_PREDICTOR: is not base64 of JSON');
  expect(() => decodePredictor(Buffer.from('{"name":"x"}').toString('base64'))).toThrow('ENGINE_PREDICTOR: graph: is missing');
  expect(() => decodePredictor(Buffer.from('7').toString('base64'))).toThrow('must be an object');
});
