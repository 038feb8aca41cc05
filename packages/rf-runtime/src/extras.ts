import type { Outline } from '@switchyard/forest';
import { InferenceError } from '@switchyard/protocol';

/** What a request may ask for beside the answer. */
export type Extras = {
  /** What each column contributed: to the class that the row is given, or to that of this number. */
  readonly contributions?: 'given' | number;
  /** The leaf that a row reaches in each tree. */
  readonly leaves?: true;
  /** How many trees vote for each class. */
  readonly votes?: true;
};

/** Names of a forest's classes: those of the manifest, else their numbers. */
export const classNamesOf = ({ classes }: Outline, classNames: readonly string[] | undefined): readonly string[] =>
  classNames ?? Array.from({ length: classes }, (_, index) => String(index));

/** Whether trees vote: those of a random forest of classifiers do. */
export const votes = ({ task, aggregate }: Outline): boolean => task === 'classification' && aggregate === 'mean';

/**
 * Makes the function that reads what a request asks for, by tags, parameters or names of outputs: `contributions`, which is `true` or a
 * class; `leaves` and `votes`, which are `true`. `false` is as good as nothing.
 *
 * @throws InferenceError INVALID_ARGUMENT for another value, or votes of trees that do not vote
 */
export function extrasReader(outline: Outline, classNames: readonly string[]): (asked: Readonly<Record<string, unknown>>) => Extras {
  return (asked) => {
    const contributions = asked['contributions'] ?? asked['contributions_bias'];
    const explained = contributions === undefined || contributions === false ? undefined : explainedOf(contributions);
    const leaves = isAsked('leaves', asked['leaves']);
    const voted = isAsked('votes', asked['votes'] ?? asked['votes_class']);
    if (voted && !votes(outline))
      throw new InferenceError('INVALID_ARGUMENT', 'votes are asked for; only trees of a random forest of classifiers vote');
    return { ...(explained !== undefined && { contributions: explained }), ...(leaves && { leaves }), ...(voted && { votes: voted }) };
  };

  function explainedOf(wanted: unknown): 'given' | number {
    if (outline.outputs < outline.classes || outline.task === 'regression') return 0; // one score tells two classes apart; a value is a value
    if (wanted === true) return 'given';
    const named = classNames.indexOf(String(wanted));
    const index = named >= 0 ? named : Number(wanted);
    if (Number.isInteger(index) && index >= 0 && index < outline.classes) return index;
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `contributions is ${JSON.stringify(wanted)}; it is true, a class's name, or its number from 0 to ${outline.classes - 1}`,
    );
  }
}

function isAsked(what: string, value: unknown): true | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return true;
  throw new InferenceError('INVALID_ARGUMENT', `${what} is ${JSON.stringify(value)}; it is true or false`);
}
