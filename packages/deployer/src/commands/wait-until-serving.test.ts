import { expect, test } from 'vitest';
import { patience, type ProblemKind, type RolloutProblem } from '../cluster/index.ts';
import { noteProblems, overdue, type Seen } from './wait-until-serving.ts';

const problem = (kind: ProblemKind): RolloutProblem => ({ kind, message: kind });

/** What is overdue at the end of a course of problems, each seen at its second. */
function after(...course: [second: number, kinds: ProblemKind[]][]): ProblemKind[] {
  let seen: Seen = new Map();
  let result: RolloutProblem[] = [];
  for (const [second, kinds] of course) {
    const problems = kinds.map(problem);
    seen = noteProblems(seen, problems, second * 1000);
    result = overdue(seen, problems, second * 1000);
  }
  return result.map(({ kind }) => kind);
}

test('a problem is a failure once it has lasted as long as its kind may', () => {
  expect(after([0, ['image']], [patience.image - 1, ['image']])).toEqual([]);
  expect(after([0, ['image']], [patience.image, ['image']])).toEqual(['image']);
});

test('a problem that goes and comes again begins anew', () => {
  expect(after([0, ['crash']], [patience.crash - 1, []], [patience.crash, ['crash']], [patience.crash * 2 - 1, ['crash']])).toEqual([]);
});

test('each kind has its own time', () => {
  expect(after([0, ['schedule']], [10, ['schedule', 'create']], [10 + patience.create, ['schedule', 'create']])).toEqual(['create']);
});

test('a model that takes long to load is no failure before the time is over', () => {
  expect(after([0, ['readiness']], [86_400, ['readiness']])).toEqual([]);
});
