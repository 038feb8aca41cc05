import { CallEnd, InferenceError, type CallSignal } from '@switchyard/protocol';
import type { Pace } from './pace.ts';
import { Press } from './press.ts';

/** One request under way: admitted, with a deadline, and known to whoever waits for the server to be idle. */
export type Work = {
  readonly signal: CallSignal;
  /** The client is gone, or its time is up. */
  abort(reason: InferenceError): void;
  /** @throws InferenceError RESOURCE_EXHAUSTED where so many bytes more would be refused now: so that they need not be sent */
  expect(bytes: number): void;
  /** Bytes of the request that are held until it is done. @throws InferenceError RESOURCE_EXHAUSTED beyond what the server holds */
  charge(bytes: number): void;
  /** What `work` gives, or the reason of the abort if that comes first. */
  race<T>(work: Promise<T>): Promise<T>;
  /** To be called when the answer is out. */
  done(): void;
};

export type AdmissionLimits = {
  /** Requests under way at the same time. */
  readonly maxConcurrent: number;
  /** Bytes of their bodies, all together. A request that is alone may have more: what one may have is not for admission to say. */
  readonly maxPendingBytes: number;
  readonly requestTimeoutMs: number;
  /** The longest that a request may have to wait for those before it, at their pace: a quarter of it under a load of many times what is answered. */
  readonly maxWaitMs?: number | undefined;
  readonly pace?: Pace | undefined;
};

/** What the clients of one page or job have under way, whatever the work is. */
const few = 16;
/** So many are under way whatever the load is, and the wait is so much of the longest, where most of what comes is refused. */
const pressed = { few: 8, wait: 1 / 4 };

export type Admission = {
  /**
   * @throws InferenceError RESOURCE_EXHAUSTED when `maxConcurrent` requests are under way, or as many as are answered in `maxWaitMs`: an early
   * refusal, before the body is read.
   */
  begin(timeoutMs?: number): Work;
  readonly inFlight: number;
  /** Most of what comes is refused. */
  readonly pressed: boolean;
  /** Bytes of requests under way. */
  readonly pendingBytes: number;
  /** Resolves as soon as nothing is under way. */
  idle(): Promise<void>;
};

export function createAdmission(limits: AdmissionLimits): Admission {
  const { maxConcurrent, requestTimeoutMs, maxWaitMs = Infinity, pace } = limits;
  const press = new Press();
  let waiting: (() => void)[] = [];
  const held: Held = {
    inFlight: 0,
    pendingBytes: 0,
    maxPendingBytes: limits.maxPendingBytes,
    finished() {
      press.answered();
      if (held.inFlight > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
  let refusal = new InferenceError('RESOURCE_EXHAUSTED', '');

  /** Under load most of what is refused is refused in the same words, and an error of its own, with its stack, would cost as much as all else of it. */
  function refuse(why: string): never {
    press.refused();
    const message = `${held.inFlight} requests are under way, ${why}; try again later`;
    if (refusal.message !== message) refusal = new InferenceError('RESOURCE_EXHAUSTED', message);
    throw refusal;
  }

  return {
    begin(timeoutMs = requestTimeoutMs) {
      if (held.inFlight >= maxConcurrent) refuse('the most this server takes');
      const waitMs = press.on ? maxWaitMs * pressed.wait : maxWaitMs;
      if (pace && held.inFlight >= (press.on ? pressed.few : few) && held.inFlight >= pace.within(waitMs)) {
        refuse(`as many as this server answers in ${waitMs} ms`);
      }
      return new AdmittedWork(held, Math.min(timeoutMs, requestTimeoutMs));
    },
    get inFlight() {
      return held.inFlight;
    },
    get pressed() {
      return press.on;
    },
    get pendingBytes() {
      return held.pendingBytes;
    },
    idle: () => (held.inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** What all requests under way have in common. */
type Held = { inFlight: number; pendingBytes: number; readonly maxPendingBytes: number; finished(): void };

/** A class, as its methods are then made once and not for every request. */
class AdmittedWork implements Work {
  readonly #held: Held;
  readonly #timer: NodeJS.Timeout;
  readonly #end = new CallEnd();
  readonly #races: ((reason: InferenceError) => void)[] = [];
  #bytes = 0;
  #over = false;

  constructor(held: Held, timeoutMs: number) {
    this.#held = held;
    held.inFlight++;
    this.#timer = setTimeout(expire, timeoutMs, this, timeoutMs).unref();
    if (timeoutMs <= 0) expire(this, timeoutMs); // it may be answered before a timer runs
  }

  get signal(): CallSignal {
    return this.#end;
  }

  abort(reason: InferenceError): void {
    if (this.signal.aborted) return;
    this.#end.abort(reason);
    for (const stop of this.#races) stop(reason);
  }

  expect(bytes: number): void {
    const { pendingBytes, maxPendingBytes } = this.#held;
    const others = pendingBytes - this.#bytes;
    if (others === 0 || pendingBytes + bytes <= maxPendingBytes) return;
    const message = `the requests under way have ${others} bytes; with ${this.#bytes + bytes} more this server would hold over ${maxPendingBytes}`;
    throw new InferenceError('RESOURCE_EXHAUSTED', `${message}; try again later`);
  }

  charge(bytes: number): void {
    if (this.#over) throw new InferenceError('CANCELLED', 'the request was answered before all of it had come');
    try {
      this.expect(bytes);
    } catch (error) {
      this.#release(); // at once, so that of two that are in each other's way one gets through
      throw error;
    }
    this.#bytes += bytes;
    this.#held.pendingBytes += bytes;
  }

  race<T>(work: Promise<T>): Promise<T> {
    if (this.signal.aborted) {
      work.catch(() => {});
      return Promise.reject(this.signal.reason as InferenceError);
    }
    return new Promise((resolve, reject) => {
      this.#races.push(reject);
      work.then(resolve, reject);
    });
  }

  done(): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    this.#over = true;
    this.#release();
    this.#held.inFlight--;
    this.#held.finished();
  }

  #release(): void {
    this.#held.pendingBytes -= this.#bytes;
    this.#bytes = 0;
  }
}

const expire = (work: Work, timeoutMs: number): void =>
  work.abort(new InferenceError('DEADLINE_EXCEEDED', `no answer within ${Math.round(timeoutMs)} ms`));
