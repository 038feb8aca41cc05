import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import {
  decodeSeldonModelMetadata,
  decodeSeldonProto,
  encodeFeedbackProto,
  encodeHealthCheck,
  encodeMessageListProto,
  encodeSeldonProto,
  healthService,
  InferenceError,
  type Message,
  type RawMethod,
  seldonServices,
  withMeta,
  type Call,
} from '@switchyard/protocol';
import { forwardedHeaders, type Target, type Transport, type TransportMethod, type TransportOptions } from './transport.ts';
import { type Absence, absent, aborted, unanswered, unreadable } from './upstream-error.ts';

const { Model, Router, Transformer, OutputTransformer, Combiner, Generic } = seldonServices;

const methods: Record<TransportMethod, RawMethod> = {
  predict: Model.Predict,
  transformInput: Transformer.TransformInput,
  transformOutput: OutputTransformer.TransformOutput,
  route: Router.Route,
};

const same = (bytes: Buffer): Buffer => bytes;

/** Seldon's internal microservice API over gRPC; one channel to the unit, bytes in and out. */
export function grpcTransport(target: Target, options: TransportOptions): Transport {
  const client = new Client(target.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': options.maxBodyBytes,
    'grpc.max_send_message_length': -1, // what came in was measured then
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
  });

  function request(method: RawMethod, body: Buffer, metadata: Metadata, timeoutMs: number, signal?: AbortSignal): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(signal));
      let begun = false; // whether the head of an answer has come; a refusal has none
      const deadline = Date.now() + timeoutMs;
      const sent = client.makeUnaryRequest(method.path, same, same, body, metadata, { deadline }, (error, answer) => {
        signal?.removeEventListener('abort', cancel);
        if (error) reject(begun ? Object.assign(error, { begun }) : error);
        else resolve(answer as Buffer);
      });
      sent.once('metadata', () => (begun = true));
      const cancel = (): void => sent.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      return undefined;
    });
  }

  async function exchange(method: RawMethod, body: Buffer, call: Call): Promise<Buffer> {
    const started = performance.now();
    let code = 'OK';
    try {
      return await request(method, body, metadataOf(call), options.timeoutMs, call.signal);
    } catch (error) {
      if (call.signal.aborted) {
        code = 'CANCELLED';
        throw aborted(call.signal);
      }
      code = status[(error as ServiceError).code] ?? 'UNKNOWN';
      throw failure(error);
    } finally {
      options.observe(method.path, 'unary', code, (performance.now() - started) / 1000);
    }
  }

  function failure(error: unknown): unknown {
    const { code, details, begun } = error as ServiceError & { begun?: boolean };
    if (typeof code !== 'number') return error;
    if (code === status.DEADLINE_EXCEEDED)
      return absent(unanswered(target, 'DEADLINE_EXCEEDED', `did not answer within ${options.timeoutMs} ms`, error), 'timed_out');
    if (code === status.UNAVAILABLE) {
      const failed = unanswered(target, 'UNAVAILABLE', `cannot be reached: ${lastError(details)}`, error);
      return begun ? failed : absent(failed, absenceFrom(details));
    }
    return new InferenceError(InferenceError.codeOfGrpc(code), `unit "${target.unit}" at ${target.address}: ${details}`, { cause: error });
  }

  function message(bytes: Buffer): Message {
    try {
      const answer = decodeSeldonProto(bytes);
      void answer.meta;
      return answer;
    } catch (error) {
      throw unreadable(target, error);
    }
  }

  const feedbackMethod =
    target.type === 'MODEL' ? Model.SendFeedback : target.type === 'ROUTER' ? Router.SendFeedback : Generic.SendFeedback;

  return {
    send: async (method, input, call) =>
      message(await exchange(methods[method], encodeSeldonProto(withMeta(input, { puid: call.id })), call)),
    aggregate: async (messages, call) => message(await exchange(Combiner.Aggregate, encodeMessageListProto(messages), call)),
    feedback: async (feedback, call) => void (await exchange(feedbackMethod, encodeFeedbackProto(feedback), call)),
    async metadata() {
      try {
        return decodeSeldonModelMetadata(await request(Model.Metadata, Buffer.alloc(0), new Metadata(), options.timeoutMs));
      } catch (error) {
        if ((error as ServiceError).code === status.UNIMPLEMENTED) return undefined;
        throw failure(error);
      }
    },
    async ready() {
      try {
        const answer = await request(healthService.Check, Buffer.alloc(0), new Metadata(), 2000);
        return answer.equals(serving) ? true : { reason: `unit "${target.unit}" at ${target.address} says that it is not serving` };
      } catch (error) {
        return { reason: (failure(error) as Error).message };
      }
    },
    close: async () => client.close(),
  };
}

/** Of grpc-js's account of a failed connection, what the operating system said. */
function lastError(details: string): string {
  return details.replace(/^No connection established\. Last error: (Error: )?/, '').replace(/\.? Resolution note:.*$/s, '');
}

/** What grpc-js says tells whether the request was sent; any other words are the unit's own. */
function absenceFrom(details: string): Absence {
  if (/^(No connection established|Stream refused)/.test(details)) return 'unreached';
  return /^Connection dropped|ECONNRESET|ETIMEDOUT/.test(details) ? 'broke_off' : 'not_ready';
}

const serving = encodeHealthCheck('SERVING');

function metadataOf(call: Call): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(forwardedHeaders(call)))
    if (/^[0-9a-z_.-]+$/.test(name) && !name.startsWith('grpc-') && !name.endsWith('-bin')) metadata.set(name, value);
  return metadata;
}
