import { InferenceError, withMeta, type Feedback, type Message } from '@switchyard/protocol';
import type { UnitLabels } from './identity.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Answer, NotReady, Predictor } from './predictor.ts';
import { newPuid } from './puid.ts';
import type { Repository } from './repository.ts';
import type { Admission, Work } from './work.ts';

/** What a transport knows of a request beside its message. */
export type Incoming = {
  readonly work: Work;
  readonly headers: Readonly<Record<string, string>>;
  /** From the `Seldon-Puid` header. */
  readonly puid?: string | undefined;
};

/** What REST and gRPC share: everything but the bytes. */
export type DataPlane = {
  readonly kind: 'model' | 'router';
  readonly predictor: Predictor;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly repository: Repository | undefined;
  /** The answer's `meta.puid` is always set: the client's own, else a new one. */
  predict(message: Message, incoming: Incoming): Promise<Answer>;
  feedback(feedback: Feedback, incoming: Incoming): Promise<void>;
  ready(): Promise<true | NotReady>;
  /** Not ready while `reason` is set, though every request is still answered. */
  hold(reason: string | undefined, cause: 'paused' | 'draining'): void;
  /** Paused or draining: clients are to turn elsewhere. */
  readonly leaving: boolean;
  /** @throws InferenceError NOT_FOUND unless the predictor has this name, and serves this version if one is given. */
  checkModel(name: string | undefined, version: string | undefined): Promise<void>;
  /** Whatever was thrown, as what the client is told; a failure of our own goes to the log. */
  failure(thrown: unknown): InferenceError;
};

type Parts = Pick<DataPlane, 'kind' | 'predictor' | 'admission' | 'metrics' | 'log' | 'repository'> & { readonly unit: UnitLabels };

export function createDataPlane({ unit, ...parts }: Parts): DataPlane {
  const { predictor, metrics, log, kind } = parts;
  const holds = new Map<'paused' | 'draining', string>();

  async function predict(message: Message, { work, headers, puid }: Incoming): Promise<Answer> {
    const id = message.meta.puid || puid || newPuid();
    try {
      if (work.signal.aborted) throw work.signal.reason; // late, or gone: nobody would read an answer
      const answer = await work.race(predictor.predict({ id, message, signal: work.signal, headers }));
      metrics.countInference(predictor.name, answer.version ?? '', true);
      if (kind === 'model' && answer.meta.metrics) metrics.recordCustom(answer.meta.metrics);
      return answer.meta.puid ? answer : withMeta(answer, { puid: id });
    } catch (error) {
      metrics.countInference(predictor.name, '', false);
      throw error;
    }
  }

  async function feedback(given: Feedback, { work, headers, puid }: Incoming): Promise<void> {
    const id = given.response?.meta.puid || puid || newPuid();
    // Of a graph, the predictor counts, for every unit that it visits.
    if (kind === 'model') metrics.countFeedback(unit, given.reward);
    await work.race(predictor.feedback(given, { id, message: given.request ?? emptyMessage, signal: work.signal, headers }));
  }

  return {
    ...parts,
    predict,
    feedback,
    async ready() {
      const [held] = holds.values();
      if (held !== undefined) return { reason: held };
      return predictor.ready();
    },
    hold(reason, cause) {
      if (reason === undefined) holds.delete(cause);
      else holds.set(cause, reason);
    },
    get leaving() {
      return holds.size > 0;
    },
    async checkModel(name, version) {
      if (name !== undefined && name !== predictor.name) {
        throw new InferenceError('NOT_FOUND', `there is no model "${name}" here; this server serves "${predictor.name}"`);
      }
      if (version === undefined || version === '') return;
      const { versions } = await predictor.metadata();
      if (!versions.includes(version)) {
        const known = versions.length === 0 ? 'it has no versions' : `it serves version ${versions.join(', ')}`;
        throw new InferenceError('NOT_FOUND', `model "${predictor.name}" has no version "${version}" here; ${known}`);
      }
    },
    failure(thrown) {
      const error = InferenceError.from(thrown);
      if (error.http >= 500 && error.code !== 'UNAVAILABLE' && error.code !== 'DEADLINE_EXCEEDED') {
        log.error({ err: error.cause ?? error, code: error.code }, error.message);
      } else log.debug({ code: error.code }, error.message);
      return error;
    },
  };
}

const emptyMessage: Message = { meta: {}, encoding: 'none', payload: { kind: 'empty' } };
