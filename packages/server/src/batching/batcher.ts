import { InferenceError, rowCount, type CallSignal, type Tensor } from '@switchyard/protocol';
import type { Model, Report } from '../model.ts';
import { batchReport, kindOf } from './batch-report.ts';
import { systemClock, type Clock } from './clock.ts';
import { inPieces } from './in-pieces.ts';
import { hasRows, joinRows, splitRows } from './join-rows.ts';

export type BatchLimits = {
  /** Rows that one call of the model takes from several requests together. 1: no batching. A request with more rows has calls of its own. */
  readonly maxRows: number;
  /** The longest that a request waits for others, in milliseconds, and only under load. */
  readonly maxDelayMs: number;
  /** Requests that may wait, beyond which more are refused. */
  readonly maxWaiting: number;
};

export type BatchAnswer = {
  readonly outputs: readonly Tensor[];
  /** Of each call of the model, one answer leads. */
  readonly leads: boolean;
  /** How long the request waited for its call. */
  readonly waitedMs: number;
};

export type Batcher = {
  /**
   * Rows in, rows out, as the model itself. A request whose `signal` is aborted before its batch goes leaves it; after that, it is answered.
   * @throws InferenceError RESOURCE_EXHAUSTED when `maxWaiting` requests wait; what the model throws for this request alone
   */
  predict(inputs: readonly Tensor[], report: Report, signal: CallSignal): Promise<BatchAnswer>;
};

export type BatchOptions = BatchLimits & {
  readonly clock?: Clock;
  /** Told of the rows of every call of the model. */
  readonly onBatch?: (rows: number) => void;
};

/** The longest that calls follow each other without a look at what has come meanwhile, in milliseconds. */
const longestTurn = 50;

/** A request alone may have so many times the rows of a shared call before it is cut: large matrices cost less a row, up to a point. */
const largest = 4;

type Request = {
  readonly inputs: readonly Tensor[];
  readonly report: Report;
  readonly rows: number;
  readonly kind: string;
  readonly since: number;
  readonly answer: PromiseWithResolvers<BatchAnswer>;
  readonly signal: CallSignal;
  /** It was in a batch that failed. */
  readonly alone?: true;
};

/**
 * Gathers the requests that arrive while the model computes, into one call of it. One call is under way at a time; a lone request waits for
 * no time at all, only for what the event loop has read already.
 *
 * With `maxDelayMs`, a call waits for more requests while the load says that they come: when the call before had at least two, and ended
 * less than `maxDelayMs` ago. It goes as soon as it has as many as the one before, or is full, or its first request has waited for `maxDelayMs`.
 *
 * Where the event loop has much else to do, such as requests to refuse, calls that are full follow each other for as long as it had been at that: so
 * half of its time is for answers, however many are refused.
 *
 * A request of very many rows is answered by several calls, between which others are not held up (see `inPieces`).
 *
 * A call that fails is made again for each of its requests alone, so that one of them does not fail the others.
 *
 * @returns undefined where the model does not gain by it, or does not answer row by row
 */
export function createBatcher(
  model: Model,
  { maxRows, maxDelayMs, maxWaiting, onBatch, clock = systemClock }: BatchOptions,
): Batcher | undefined {
  if (!model.batching || maxRows === 1 || !hasRows(model.signature)) return undefined;
  const pieces = inPieces(model, largest * maxRows, clock, (rows) => onBatch?.(rows));
  const waiting: Request[] = [];
  let before = { requests: 0, ended: -Infinity };
  let state: 'idle' | 'soon' | 'delayed' | 'busy' = 'idle';
  let stopDelay = (): void => {};
  let turnEnds = -Infinity;

  function wake(): void {
    if (state === 'busy' || state === 'soon') return;
    if (state === 'delayed' && waiting.length > 0 && patience() > 0) return;
    stopDelay();
    state = 'soon';
    clock.soon(dispatch);
  }

  /** Milliseconds that are still to be waited for more requests. */
  function patience(): number {
    const first = waiting[0] as Request;
    const now = clock.now();
    const more = before.requests >= 2 && now - before.ended < maxDelayMs && waiting.length < before.requests;
    if (first.alone || !more || rowsOf(waiting) >= maxRows) return 0;
    return maxDelayMs - (now - first.since);
  }

  function dispatch(): void {
    if (waiting.length === 0) return void (state = 'idle');
    const now = clock.now();
    turnEnds = now + Math.min(now - before.ended, longestTurn);
    const left = patience();
    if (left > 0) {
      state = 'delayed';
      stopDelay = clock.later(() => void run(take()), left);
      return;
    }
    void run(take());
  }

  /** The first request, and those of its kind that there is room for, in their order. */
  function take(): readonly Request[] {
    const first = waiting[0] as Request;
    const taken = [first];
    let rows = first.rows;
    for (const request of first.alone ? [] : waiting.slice(1)) {
      if (request.kind !== first.kind || request.alone) continue;
      if ((rows += request.rows) > maxRows) break;
      taken.push(request);
    }
    const gone = new Set(taken);
    waiting.splice(0, waiting.length, ...waiting.filter((request) => !gone.has(request)));
    return taken;
  }

  async function run(batch: readonly Request[]): Promise<void> {
    state = 'busy';
    try {
      await answer(batch);
    } catch (error) {
      if (batch.length === 1) batch[0]?.answer.reject(error);
      else retry(batch);
    }
    before = { requests: batch.length, ended: clock.now() };
    state = 'idle';
    if (rowsOf(waiting) >= maxRows && before.ended < turnEnds) void run(take());
    else if (waiting.length > 0) wake();
  }

  function retry(batch: readonly Request[]): void {
    const there = batch.filter(({ signal, answer }) => {
      if (signal.aborted) answer.reject(signal.reason);
      return !signal.aborted;
    });
    waiting.unshift(...there.map((request) => ({ ...request, alone: true as const })));
  }

  async function answer(batch: readonly Request[]): Promise<void> {
    const [first] = batch as readonly [Request];
    const now = clock.now();
    if (batch.length === 1) {
      const waitedMs = now - first.since;
      first.answer.resolve({ outputs: await pieces.predict(first.inputs, first.report, first.signal), leads: true, waitedMs });
      return;
    }
    onBatch?.(rowsOf(batch));
    const { report, deliver } = batchReport(batch.map((request) => request.report));
    const outputs = await model.predict(joinRows(batch.map(({ inputs }) => inputs)), report);
    const parts = splitRows(
      outputs,
      batch.map(({ rows }) => rows),
    );
    deliver();
    for (const [at, { answer, since }] of batch.entries())
      answer.resolve({ outputs: parts[at] as readonly Tensor[], leads: at === 0, waitedMs: now - since });
  }

  return {
    predict(inputs, report, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      if (waiting.length >= maxWaiting) {
        const message = `${waiting.length} requests wait for the model, the most this server lets wait; try again later`;
        return Promise.reject(new InferenceError('RESOURCE_EXHAUSTED', message));
      }
      const answer = Promise.withResolvers<BatchAnswer>();
      const leave = (): void => {
        const at = waiting.findIndex((request) => request.answer === answer);
        if (at === -1) return;
        waiting.splice(at, 1);
        answer.reject(signal.reason as Error);
        if (state === 'delayed') wake();
      };
      const forget = (): void => signal.removeEventListener('abort', leave);
      const shapes = inputs.map(({ shape }) => shape);
      signal.addEventListener('abort', leave);
      answer.promise.then(forget, forget);
      waiting.push({
        inputs,
        report,
        rows: rowCount(inputs[0] as Tensor),
        kind: kindOf(report, shapes),
        since: clock.now(),
        answer,
        signal,
      });
      wake();
      return answer.promise;
    },
  };
}

function rowsOf(requests: readonly Request[]): number {
  return requests.reduce((sum, { rows }) => sum + rows, 0);
}
