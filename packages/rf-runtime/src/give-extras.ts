import type { Outline } from '@switchyard/forest';
import type { Tensor } from '@switchyard/protocol';
import type { Report } from '@switchyard/server';
import type { Answers } from './answer-rows.ts';
import { votes } from './extras.ts';

/** Why a row got its answer: what the forest says on the whole, and what each column added to that or took from it. */
export type Explanation = {
  /** Of a classification: the class whose probability, or score, is explained. */
  readonly class?: string;
  readonly bias: number;
  /** One number a column; with `bias` they sum to the answer. */
  readonly values: readonly number[];
};

/**
 * Makes the function that gives what a request asked for beside the answer: in the Open Inference Protocol as further outputs, in Seldon's,
 * which has but one, as the tags `contributions`, `leaves` and `votes`, a list with one element a row.
 */
export function extrasGiver(
  outline: Outline,
  names: readonly string[],
): (answers: Answers, rows: number, report: Pick<Report, 'encoding' | 'tag'>) => Tensor[] {
  const { columns, classes, treeCount } = outline;

  return (answers, rows, { encoding, tag }) => {
    if (encoding === 'oip') return [...tensorsOf(answers, rows)];
    const byRow = <T>(make: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => make(row));
    const { contributions, leaves, votes } = answers;
    if (contributions)
      tag(
        'contributions',
        byRow((row): Explanation => ({
          ...(outline.task === 'classification' && { class: classOf(contributions.outputs[row] as number) }),
          bias: contributions.bias[row] as number,
          values: cells(contributions.values, row, columns),
        })),
      );
    if (leaves)
      tag(
        'leaves',
        byRow((row) => cells(leaves, row, treeCount)),
      );
    if (votes)
      tag(
        'votes',
        byRow((row) => ({ class: names[votes.classes[row] as number], votes: cells(votes.counts, row, classes) })),
      );
    return [];
  };

  function* tensorsOf({ contributions, leaves, votes }: Answers, rows: number): Generator<Tensor> {
    if (contributions) {
      yield { name: 'contributions', datatype: 'FP64', shape: [rows, columns], data: contributions.values };
      yield { name: 'contributions_bias', datatype: 'FP64', shape: [rows], data: contributions.bias };
    }
    if (leaves) yield { name: 'leaves', datatype: 'UINT32', shape: [rows, treeCount], data: leaves };
    if (votes) {
      yield { name: 'votes', datatype: 'UINT32', shape: [rows, classes], data: votes.counts };
      yield { name: 'votes_class', datatype: 'UINT16', shape: [rows], data: votes.classes };
    }
  }

  function classOf(output: number): string {
    return names[outline.outputs < classes ? classes - 1 : output] as string;
  }
}

/** What may be asked for, as facts of the model's metadata. */
export function extrasFacts(outline: Outline): Record<string, string> {
  const { columns, classes, treeCount } = outline;
  return {
    'optional.contributions': `FP64 [-1, ${columns}]`,
    'optional.contributions_bias': 'FP64 [-1]',
    'optional.leaves': `UINT32 [-1, ${treeCount}]`,
    ...(votes(outline) && { 'optional.votes': `UINT32 [-1, ${classes}]`, 'optional.votes_class': 'UINT16 [-1]' }),
  };
}

const cells = (values: Float64Array | Uint32Array, row: number, width: number): number[] => [
  ...values.subarray(row * width, (row + 1) * width),
];
