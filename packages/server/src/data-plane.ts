import { InferenceError, withMeta, type Feedback, type Message, type Metric } from '@switchyard/protocol';
import { settle, type Eventual } from './eventual.ts';
import type { UnitLabels } from './identity.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Answer, NotReady, Predictor } from './predictor.ts';
import { newPuid } from './puid.ts';
import type { Repository } from './repository.ts';
import type { Gate } from './security/gate.ts';
import { logIds } from './telemetry/log-ids.ts';
import type { Watch, Watcher } from './telemetry/watch.ts';
import { mergeMetrics } from './workers/merge-metrics.ts';
import type { Siblings } from './workers/siblings.ts';
import type { Admission, Work } from './work.ts';

/** What a transport knows of a request beside its message. */
export type Incoming = {
  readonly work: Work;
  readonly headers: Readonly<Record<string, string>>;
  /** From the `Seldon-Puid` header. */
  readonly puid?: string | undefined;
  /** Of a request that is watched. */
  readonly watch?: Watch | undefined;
};

/** What REST and gRPC share: everything but the bytes. */
export type DataPlane = {
  readonly kind: 'model' | 'router';
  readonly predictor: Predictor;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly repository: Repository | undefined;
  /** Where requests are followed. */
  readonly watch: Watcher | undefined;
  readonly authorize: Gate;
  /** The answer's `meta.puid` is always set: the client's own, else a new one. */
  predict(message: Message, incoming: Incoming): Eventual<Answer>;
  feedback(feedback: Feedback, incoming: Incoming): Promise<void>;
  ready(): Promise<true | NotReady>;
  /** Not ready while `reason` is set, though every request is still answered. */
  hold(reason: string | undefined, cause: 'paused' | 'draining'): void;
  /** Holds, or lets go, this server and those that answer on the same ports. */
  pause(reason: string | undefined): Promise<void>;
  /** The metrics as text: of all processes that answer on the same ports. */
  scrape(): Promise<string>;
  /** Paused or draining: clients are to turn elsewhere. */
  readonly leaving: boolean;
  /** @throws InferenceError NOT_FOUND unless the predictor has this name, and serves this version if one is given. */
  checkModel(name: string | undefined, version: string | undefined): Eventual<void>;
  /** Whatever was thrown, as what the client is told; a failure of our own goes to the log. `headers` are the request's, lower-case. */
  failure(thrown: unknown, headers: Readonly<Record<string, unknown>>): InferenceError;
};

type Parts = Pick<DataPlane, 'kind' | 'predictor' | 'admission' | 'metrics' | 'log' | 'repository' | 'watch' | 'authorize'> & {
  readonly unit: UnitLabels;
  readonly siblings?: Siblings | undefined;
  /** Whether clients get what a model reports, in `meta.metrics`. */
  readonly showMetrics: boolean;
};

export function createDataPlane({ unit, siblings, showMetrics, ...parts }: Parts): DataPlane {
  const { predictor, metrics, log, kind } = parts;
  const holds = new Map<'paused' | 'draining', string>();

  function predict(message: Message, { work, headers, puid, watch }: Incoming): Eventual<Answer> {
    const id = message.meta.puid || puid || newPuid();
    watch?.identify(id);
    const { signal } = work;
    return settle(
      () => {
        signal.throwIfAborted(); // late, or gone: nobody would read an answer
        const answer = predictor.predict({ id, message, signal, headers: watch?.passOn?.(headers) ?? headers });
        return answer instanceof Promise ? work.race(answer) : answer;
      },
      (answer) => {
        watch?.served?.(predictor.name, answer.version);
        metrics.countInference(predictor.name, answer.version ?? '', true);
        const told = kind === 'model' && answer.meta.metrics ? reported(answer, answer.meta.metrics) : answer;
        return told.meta.puid ? told : withMeta(told, { puid: id });
      },
      (error) => {
        metrics.countInference(predictor.name, '', false);
        throw error;
      },
    );
  }

  function reported(answer: Answer, custom: readonly Metric[]): Answer {
    metrics.recordCustom(custom);
    if (showMetrics) return answer;
    const { metrics: _, ...meta } = answer.meta;
    return { ...answer, meta };
  }

  async function feedback(given: Feedback, { work, headers, puid, watch }: Incoming): Promise<void> {
    const id = given.response?.meta.puid || puid || newPuid();
    watch?.identify(id);
    // Of a graph, the predictor counts, for every unit that it visits.
    if (kind === 'model') metrics.countFeedback(unit, given.reward);
    const passed = watch?.passOn?.(headers) ?? headers;
    await work.race(predictor.feedback(given, { id, message: given.request ?? emptyMessage, signal: work.signal, headers: passed }));
  }

  const hold: DataPlane['hold'] = (reason, cause) => {
    if (reason === undefined) holds.delete(cause);
    else holds.set(cause, reason);
  };
  siblings?.on('pause', (reason: string | undefined) => hold(reason, 'paused'));
  siblings?.on('metrics', () => metrics.registry.getMetricsAsJSON());

  return {
    ...parts,
    predict,
    feedback,
    async ready() {
      const [held] = holds.values();
      if (held !== undefined) return { reason: held };
      return predictor.ready();
    },
    hold,
    async pause(reason) {
      if (siblings) await siblings.everywhere('pause', reason);
      else hold(reason, 'paused');
    },
    scrape: async () => (siblings ? mergeMetrics(await siblings.everywhere('metrics')) : metrics.registry.metrics()),
    get leaving() {
      return holds.size > 0;
    },
    checkModel(name, version) {
      if (name !== undefined && name !== predictor.name) {
        throw new InferenceError('NOT_FOUND', `there is no model "${name}" here; this server serves "${predictor.name}"`);
      }
      if (version === undefined || version === '') return;
      return predictor.metadata().then(({ versions }) => {
        if (versions.includes(version)) return;
        const known = versions.length === 0 ? 'it has no versions' : `it serves version ${versions.join(', ')}`;
        throw new InferenceError('NOT_FOUND', `model "${predictor.name}" has no version "${version}" here; ${known}`);
      });
    },
    failure(thrown, headers) {
      const error = InferenceError.from(thrown);
      if (error.http >= 500 && error.code !== 'UNAVAILABLE' && error.code !== 'DEADLINE_EXCEEDED') {
        log.error({ err: error.cause ?? error, code: error.code, ...logIds(headers) }, error.message);
      } else if (log.isLevelEnabled('debug')) log.debug({ code: error.code, ...logIds(headers) }, error.message);
      return error;
    },
  };
}

const emptyMessage: Message = { meta: {}, encoding: 'none', payload: { kind: 'empty' } };
