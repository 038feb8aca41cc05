/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** What a policy chose: the arm, and how likely that choice was, so that logs can be evaluated later. */
export type Choice = { readonly arm: number; readonly propensity: number };

/** A reward for `rows` answers of one arm: `sum` over them. Zero counts like any other. */
export type Reward = { readonly arm: number; readonly rows: number; readonly sum: number };

/**
 * A way to choose between arms. Pure: the state is plain data, so it can live in Redis, in a journal, in a test.
 */
export interface Policy<S> {
  initial(arms: number): S;
  /**
   * `open`: the arms to choose from, ascending; all of them unless given. The propensity is that of the choice among these.
   * @throws RangeError where none is open, or one that there is not
   */
  choose(state: S, random: Random, open?: readonly number[]): Choice;
  learn(state: S, reward: Reward): S;
}
