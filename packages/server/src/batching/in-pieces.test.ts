import { expect, test } from 'vitest';
import { InferenceError } from '@switchyard/protocol';
import { alone, inner, never, report, rowsOf } from '../fixtures/batches.ts';
import type { Model } from '../model.ts';
import { inPieces } from './in-pieces.ts';

/** Pieces of 32 rows of a model, and what was done between its calls. */
function counted() {
  const calls: number[] = [];
  const turns: number[] = [];
  const soon = (work: () => void): void => {
    turns.push(calls.length);
    setImmediate(work);
  };
  const clock = { now: () => 0, soon, later: () => () => {} };
  return { pieces: inPieces(inner, 32, clock, (rows) => void calls.push(rows)), calls, turns };
}

test('many rows are answered by calls of some, with a turn of the event loop between them', async () => {
  const { pieces, calls, turns } = counted();
  const input = rowsOf(3, 100);
  const answers = await pieces.predict([input], report().report, never);
  expect([calls, turns]).toEqual([
    [32, 32, 32, 4],
    [1, 2, 3],
  ]);
  expect(answers).toMatchObject([{ shape: [100, 3] }]);
  expect([...(answers[0]!.data as Float32Array)]).toEqual(alone(input));
});

test('what fits into one call is one, and the others’ turn is not waited for', async () => {
  const { pieces, calls, turns } = counted();
  const input = rowsOf(0, 32);
  const answers = await pieces.predict([input], report().report, never);
  expect([calls, turns]).toEqual([[32], []]);
  expect([...(answers[0]!.data as Float32Array)]).toEqual(alone(input));
});

test('who goes is not computed to the end', async () => {
  const { pieces, calls } = counted();
  const controller = new AbortController();
  const asked = pieces.predict([rowsOf(0, 1000)], report().report, controller.signal);
  controller.abort(new InferenceError('CANCELLED', 'gone'));
  await expect(asked).rejects.toThrow('gone');
  expect(calls).toEqual([32]);
});

test('a model that gives other rows than it got is named', async () => {
  const wrong: Model = {
    ...inner,
    predict: async (inputs) => (await inner.predict(inputs)).map((output) => ({ ...output, shape: [7, 3] })),
  };
  const pieces = inPieces(wrong, 8, { now: () => 0, soon: setImmediate, later: () => () => {} }, () => {});
  await expect(pieces.predict([rowsOf(0, 100)], report().report, never)).rejects.toThrow('the model gave 7 rows of output');
});
