import type { GraphUnit } from '@switchyard/deployment';
import { encodeFeedbackJson, encodeSeldonJson, type Call, type Feedback, type Message } from '@switchyard/protocol';
import { silentLogger, type RequestLog } from '@switchyard/server';
import type { GraphOptions } from './graph-options.ts';

/** What a unit of the graph is asked and answers, with all that is below it, for the log of requests. */
export type UnitLog = {
  request(message: Message, call: Call): void;
  response(message: Message, call: Call): void;
  feedback(feedback: Feedback, call: Call): void;
};

/** The log that the manifest's `logger` of a unit asks for; undefined where it has none, or where there is no place to log to. */
export function unitLog({ name, logger }: GraphUnit, { telemetry, unitLogUrl, log = silentLogger }: GraphOptions): UnitLog | undefined {
  if (logger === undefined) return undefined;
  const url = logger.url ?? unitLogUrl;
  if (telemetry === undefined || url === undefined) {
    log.warn({ unit: name }, `unit "${name}" is not logged: its logger has no url, and --unit-log-url is not given`);
    return undefined;
  }
  return write(telemetry.logTo(url), name, logger.mode);
}

function write(log: RequestLog, unit: string, mode: 'all' | 'request' | 'response'): UnitLog {
  type Kind = 'request' | 'response' | 'feedback';
  const add = (kind: Kind, { id, headers }: Call, body: () => Body): void => {
    if (!log.wants(id, headers)) return;
    log.add({ kind, id, time: Date.now(), unit, protocol: 'seldon', traceparent: headers['traceparent'], ...written(body) });
  };
  return {
    request: (message, call) => mode !== 'response' && add('request', call, () => bodyOf(message)),
    response: (message, call) => mode !== 'request' && add('response', call, () => bodyOf(message)),
    feedback: (feedback, call) =>
      mode !== 'response' && add('feedback', call, () => ({ contentType: 'application/json', data: encodeFeedbackJson(feedback) })),
  };
}

type Body = { readonly contentType: string; readonly data: Uint8Array };

/** What JSON cannot carry, such as a NaN, is no reason for a prediction to fail. */
function written(body: () => Body): Body {
  try {
    return body();
  } catch {
    return { contentType: 'application/json', data: new Uint8Array() };
  }
}

/** As it came off the wire; what was made here, such as a mean, as JSON. */
function bodyOf(message: Message): Body {
  const { wire } = message;
  if (wire?.format === 'seldon-proto') return { contentType: 'application/protobuf', data: wire.body };
  return { contentType: 'application/json', data: encodeSeldonJson(message) };
}
