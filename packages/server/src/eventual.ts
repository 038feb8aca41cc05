/** What is there at once, or comes later. A model answers most requests at once: a promise in each layer would then cost more than the layers do. */
export type Eventual<T> = T | Promise<T>;

/** What `next` makes of a value: at once, where that is there. */
export function whenThere<T, U>(value: Eventual<T>, next: (value: T) => Eventual<U>): Eventual<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/**
 * What is made of the end of some work, good or bad: at once, where it ends at once.
 *
 * @example
 *     settle(() => predictor.predict(call), replyOf, (error) => refusal(error));
 */
export function settle<T, U>(
  work: () => Eventual<T>,
  done: (value: T) => Eventual<U>,
  failed: (error: unknown) => Eventual<U>,
): Eventual<U> {
  let value: Eventual<T>;
  try {
    value = work();
  } catch (error) {
    return failed(error);
  }
  return value instanceof Promise ? value.then(done, failed) : done(value);
}

/** What the work gives, or throws; `after` runs as soon as it is through. */
export function afterwards<T>(work: () => Eventual<T>, after: () => void): Eventual<T> {
  return settle(
    work,
    (value) => {
      after();
      return value;
    },
    (error) => {
      after();
      throw error;
    },
  );
}
