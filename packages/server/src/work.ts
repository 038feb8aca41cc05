import { InferenceError } from '@switchyard/protocol';

/** One request under way: admitted, with a deadline, and known to whoever waits for the server to be idle. */
export type Work = {
  readonly signal: AbortSignal;
  /** The client is gone, or its time is up. */
  abort(reason: InferenceError): void;
  /** What `work` gives, or the reason of the abort if that comes first. */
  race<T>(work: Promise<T>): Promise<T>;
  /** To be called once, when the answer is out. */
  done(): void;
};

export type Admission = {
  /** @throws InferenceError RESOURCE_EXHAUSTED when `maxConcurrent` requests are under way: an early refusal, before the body is read. */
  begin(timeoutMs?: number): Work;
  readonly inFlight: number;
  /** Resolves as soon as nothing is under way. */
  idle(): Promise<void>;
};

export function createAdmission(limits: { maxConcurrent: number; requestTimeoutMs: number }): Admission {
  let inFlight = 0;
  let waiting: (() => void)[] = [];

  const finish = (): void => {
    inFlight--;
    if (inFlight > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  return {
    begin(timeoutMs = limits.requestTimeoutMs) {
      if (inFlight >= limits.maxConcurrent) {
        throw new InferenceError('RESOURCE_EXHAUSTED', `${inFlight} requests are under way, the most this server takes; try again later`);
      }
      inFlight++;
      return openWork(Math.min(timeoutMs, limits.requestTimeoutMs), finish);
    },
    get inFlight() {
      return inFlight;
    },
    idle: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

function openWork(timeoutMs: number, finish: () => void): Work {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(
    () => controller.abort(new InferenceError('DEADLINE_EXCEEDED', `no answer within ${Math.round(timeoutMs)} ms`)),
    timeoutMs,
  );
  timer.unref();
  return {
    signal,
    abort: (reason) => controller.abort(reason),
    race: (work) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(signal.reason as InferenceError);
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        work.then(resolve, reject);
      }),
    done() {
      clearTimeout(timer);
      finish();
    },
  };
}
