import { describe, expect, test } from 'vitest';
import { askedBy } from './asked-by.ts';
import { closeTo } from './close-to.ts';

type Found = Readonly<Record<'runtime' | 'router', Readonly<Record<string, unknown>>>>;
const asked = askedBy<Found>('mlflow', { columns: ['sepal_width', 'petal_length', 'sepal_length', 'petal_width'] });

describe.each(['runtime', 'router'] as const)('mlflow’s client of scoring servers and the %s', (server) => {
  test.each(['frame', 'array'])('an inference of a data %s', (way) => closeTo(asked.found[server][way], asked.expected));

  if (server === 'runtime')
    test('columns in another order are the same columns', () => closeTo(asked.found[server]['other order'], asked.expected));

  test('a version, and a refusal in words', () => {
    expect(asked.found[server]['version']).toMatch(/^\d+\.\d+/);
    expect(asked.found[server]['refusal']).toMatch(server === 'runtime' ? /sepal_length.*is missing/ : /2 columns/);
  });
});
