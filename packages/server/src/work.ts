import { InferenceError } from '@switchyard/protocol';

/** One request under way: admitted, with a deadline, and known to whoever waits for the server to be idle. */
export type Work = {
  readonly signal: AbortSignal;
  /** The client is gone, or its time is up. */
  abort(reason: InferenceError): void;
  /** @throws InferenceError RESOURCE_EXHAUSTED where so many bytes more would be refused now: so that they need not be sent */
  expect(bytes: number): void;
  /** Bytes of the request that are held until it is done. @throws InferenceError RESOURCE_EXHAUSTED beyond what the server holds */
  charge(bytes: number): void;
  /** What `work` gives, or the reason of the abort if that comes first. */
  race<T>(work: Promise<T>): Promise<T>;
  /** To be called once, when the answer is out. */
  done(): void;
};

export type AdmissionLimits = {
  /** Requests under way at the same time. */
  readonly maxConcurrent: number;
  /** Bytes of their bodies, all together. A request that is alone may have more: what one may have is not for admission to say. */
  readonly maxPendingBytes: number;
  readonly requestTimeoutMs: number;
};

export type Admission = {
  /** @throws InferenceError RESOURCE_EXHAUSTED when `maxConcurrent` requests are under way: an early refusal, before the body is read. */
  begin(timeoutMs?: number): Work;
  readonly inFlight: number;
  /** Bytes of requests under way. */
  readonly pendingBytes: number;
  /** Resolves as soon as nothing is under way. */
  idle(): Promise<void>;
};

export function createAdmission({ maxConcurrent, maxPendingBytes, requestTimeoutMs }: AdmissionLimits): Admission {
  let inFlight = 0;
  let pendingBytes = 0;
  let waiting: (() => void)[] = [];

  function finish(): void {
    inFlight--;
    if (inFlight > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  function open(timeoutMs: number): Work {
    let own = 0;
    let over = false;
    const expect = (bytes: number): void => {
      const others = pendingBytes - own;
      if (others === 0 || pendingBytes + bytes <= maxPendingBytes) return;
      const message = `the requests under way have ${others} bytes; with ${own + bytes} more this server would hold over ${maxPendingBytes}`;
      throw new InferenceError('RESOURCE_EXHAUSTED', `${message}; try again later`);
    };
    const release = (): void => {
      pendingBytes -= own;
      own = 0;
    };
    const { done, ...clocked } = startClock(timeoutMs);
    return {
      ...clocked,
      expect,
      charge(bytes) {
        if (over) throw new InferenceError('CANCELLED', 'the request was answered before all of it had come');
        try {
          expect(bytes);
        } catch (error) {
          release(); // at once, so that of two that are in each other's way one gets through
          throw error;
        }
        own += bytes;
        pendingBytes += bytes;
      },
      done() {
        over = true;
        done();
        release();
        finish();
      },
    };
  }

  return {
    begin(timeoutMs = requestTimeoutMs) {
      if (inFlight >= maxConcurrent) {
        throw new InferenceError('RESOURCE_EXHAUSTED', `${inFlight} requests are under way, the most this server takes; try again later`);
      }
      inFlight++;
      return open(Math.min(timeoutMs, requestTimeoutMs));
    },
    get inFlight() {
      return inFlight;
    },
    get pendingBytes() {
      return pendingBytes;
    },
    idle: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** The deadline of a request, and whatever else may end it. */
function startClock(timeoutMs: number): Omit<Work, 'expect' | 'charge'> {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (reason: InferenceError): void => controller.abort(reason);
  const expire = (): void => abort(new InferenceError('DEADLINE_EXCEEDED', `no answer within ${Math.round(timeoutMs)} ms`));
  const timer = setTimeout(expire, timeoutMs).unref();
  if (timeoutMs <= 0) expire(); // it may be answered before a timer runs
  return {
    signal,
    abort,
    race: (work) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(signal.reason as InferenceError);
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        work.then(resolve, reject);
      }),
    done: () => clearTimeout(timer),
  };
}
