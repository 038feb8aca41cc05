import { expect, test } from 'vitest';
import { unitsOf } from './graph-unit.ts';
import { parseDeployment, parseDeployments } from './parse.ts';
import { file, manifest, model } from './test/manifest.ts';

test('what is not YAML is refused with line and column', () => {
  expect(() => parseDeployment('kind: SeldonDeployment\nspec: {', 'a.yaml')).toThrow(/^a\.yaml: line 2, column \d+: /);
  expect(() => parseDeployment('{"kind": "SeldonDeployment",', 'a.json')).toThrow(/^a\.json: line 1, column \d+: /);
});

test('a file without a SeldonDeployment says what it holds', () => {
  expect(() => parseDeployment('kind: Service\n---\nkind: Pod', 'a.yaml')).toThrow(
    'a.yaml: has no SeldonDeployment; it holds Service, Pod',
  );
  expect(() => parseDeployment('', 'a.yaml')).toThrow('a.yaml: has no SeldonDeployment');
  expect(() => parseDeployment('just words', 'a.yaml')).toThrow('it holds an object without a kind');
});

test('several deployments are all read, or refused by name where one is wanted', () => {
  const list = JSON.stringify({ kind: 'List', items: [JSON.parse(manifest(model('a'))), JSON.parse(manifest(model('b')))] });
  expect(parseDeployments(list).map(({ predictors }) => predictors[0]?.graph.name)).toEqual(['a', 'b']);
  expect(() => parseDeployment(list, 'a.json')).toThrow('a.json: holds 2 SeldonDeployments ("digits", "digits"); one is wanted');
});

test('anchors and aliases are YAML like any other', () => {
  const text = file('canary-v1.yaml').replace('reader, image: switchyard/rf-runtime }]', '&again reader, image: switchyard/rf-runtime }]');
  expect([...unitsOf(parseDeployment(text).predictors[0]!.graph)]).toHaveLength(2);
});

test('a graph that contains itself is refused', () => {
  const text = `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: x }
spec: { predictors: [{ name: p, graph: &g { name: a, type: MODEL, children: [*g] } }] }`;
  expect(() => parseDeployment(text)).toThrow('*g stands within &g itself: the graph is circular');
});

test('an alias bomb is refused', () => {
  const lines = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(10)}]`),
  ];
  expect(() => parseDeployment(lines.join('\n'))).toThrow(/alias/i);
});
