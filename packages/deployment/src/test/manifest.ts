import { readFileSync } from 'node:fs';

/** A fixture's text. */
export const file = (name: string): string => readFileSync(new URL(`../files/${name}`, import.meta.url), 'utf8');

/** A manifest of one predictor with this graph; containers `a`, `b` and `c` are there. */
export function manifest(graph: unknown, predictor: object = {}, spec: object = {}, version = 'v1'): string {
  const containers = ['a', 'b', 'c'].map((name) => ({ name, image: `acme/${name}:1` }));
  return JSON.stringify({
    apiVersion: `machinelearning.seldon.io/${version}`,
    kind: 'SeldonDeployment',
    metadata: { name: 'digits' },
    spec: { predictors: [{ name: 'main', componentSpecs: [{ spec: { containers } }], graph, ...predictor }], ...spec },
  });
}

export const model = (name: string, more: object = {}): object => ({ name, type: 'MODEL', ...more });
