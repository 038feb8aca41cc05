import type { Manifest } from '@switchyard/artifact';
import { expect, test } from 'vitest';
import { evaluate } from './evaluation.ts';
import { evaluateRegression } from './regression.ts';
import { reportOutcome, type Trained } from './outcome.ts';

test('tells the parent and prints the same report and matrix', () => {
  const evaluation = evaluate([0, 0, 1, 1], [0, 1, 1, 1], ['cat', 'dog']);
  const messages: Trained[] = [];
  let text = '';
  const manifest = { name: 'pets', version: '3' } as Manifest;
  reportOutcome({ manifest, directory: '/models/pets/3' }, evaluation, 1.25, {
    send: (message) => messages.push(message),
    stream: { write: (part) => (text += part) },
  });
  expect(messages).toHaveLength(1);
  const [{ report, confusion, ...rest }] = messages as [Trained];
  expect(rest).toEqual({ type: 'trained', name: 'pets', version: '3', headline: 'accuracy 0.7500', accuracy: 0.75, seconds: 1.25 });
  expect(report).toContain('weighted avg');
  expect(confusion).toContain('truth │ predicted');
  expect(text).toBe(`pets:3  accuracy 0.7500 on 4 test rows, 1.3 s, in /models/pets/3\n\n${report}\n${confusion}`);
});

function tell(evaluation: Parameters<typeof reportOutcome>[1]): string {
  let text = '';
  const manifest = { name: 'houses', version: '1' } as Manifest;
  reportOutcome({ manifest, directory: '/m' }, evaluation, 2, { stream: { write: (part) => (text += part) } });
  return text;
}

test('tells of a regression by R², without a matrix', () => {
  expect(tell(evaluateRegression([1, 2, 3], [1, 2, 4]))).toMatch(
    /^houses:1  R² 0\.5000 on 3 test rows, 2\.0 s, in \/m\n\n +R²  0\.5\n[^]* test rows  3\n$/,
  );
});

test('says so where a model was not tested', () => {
  expect(tell(undefined)).toBe('houses:1  not tested, 2.0 s, in /m\n');
});
