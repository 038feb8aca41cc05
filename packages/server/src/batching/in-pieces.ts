import { rowCount, type CallSignal, type Tensor } from '@switchyard/protocol';
import type { Model, Report } from '../model.ts';
import type { Clock } from './clock.ts';
import { joinRows, splitRows } from './join-rows.ts';

export type Pieces = {
  /**
   * As the model, but the event loop has its turn after each call: other requests, probes and scrapes do not wait for all of the rows.
   * @throws what the signal was aborted with, before the next call
   */
  predict(inputs: readonly Tensor[], report: Report, signal: CallSignal): Promise<readonly Tensor[]>;
};

/**
 * Answers requests of many rows by calls of `most`. How many that is does not depend on the time that they take: the same request alone gets
 * the same bits at every time.
 *
 * @param model It answers row by row.
 * @param onCall Told of the rows of each.
 */
export function inPieces(model: Model, most: number, clock: Clock, onCall: (rows: number) => void): Pieces {
  const call = async (inputs: readonly Tensor[], report: Report): Promise<readonly Tensor[]> => {
    onCall(rowCount(inputs[0] as Tensor));
    return model.predict(inputs, report);
  };

  return {
    async predict(inputs, report, signal) {
      const rows = rowCount(inputs[0] as Tensor);
      if (rows <= most) return call(inputs, report);
      const answers: (readonly Tensor[])[] = [];
      for (let from = 0; from < rows; from += most) {
        if (from > 0) await new Promise<void>((turn) => clock.soon(turn));
        signal.throwIfAborted();
        const count = Math.min(most, rows - from);
        const [, piece] = splitRows(inputs, [from, count, rows - from - count]);
        const [answer] = splitRows(await call(piece as readonly Tensor[], report), [count]);
        answers.push(answer as readonly Tensor[]);
      }
      return joinRows(answers);
    },
  };
}
