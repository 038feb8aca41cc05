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
} from '@switchyard/protocol';
import { grpcClient, type GrpcFailure, type GrpcRequest } from './grpc-client.ts';
import { grpcNumber, grpcStatuses } from './grpc-status.ts';
import { reconnecting } from './reconnect.ts';
import {
  connectMs,
  forwardedHeaders,
  type Target,
  type Transport,
  type TransportMethod,
  type TransportOptions,
  type UnitCall,
} from './transport.ts';
import { absent, aborted, unanswered, unreadable } from './upstream-error.ts';

const { Model, Router, Transformer, OutputTransformer, Combiner, Generic } = seldonServices;

const methods: Record<TransportMethod, RawMethod> = {
  predict: Model.Predict,
  transformInput: Transformer.TransformInput,
  transformOutput: OutputTransformer.TransformOutput,
  route: Router.Route,
};

/** Seldon's internal microservice API over gRPC; bytes in and out. */
export function grpcTransport(target: Target, options: TransportOptions): Transport {
  const { timeoutMs, maxBodyBytes } = options;
  const client = grpcClient(target.address, { maxBodyBytes, connectMs: Math.min(timeoutMs, connectMs) });

  const attempt = (request: GrpcRequest, hasty = false): Promise<Buffer | GrpcFailure> =>
    reconnecting(() => client.unary(request), wasRefused, { ...(request.signal && { signal: request.signal }), hasty });

  async function exchange({ path }: RawMethod, body: Buffer, call: UnitCall): Promise<Buffer> {
    const started = performance.now();
    let code: string = 'OK';
    try {
      const answer = await attempt({ path, body, headers: headersOf(call), timeoutMs, signal: call.signal }, call.hasty);
      if (Buffer.isBuffer(answer)) return answer;
      code = grpcStatuses[answer.status] ?? 'UNKNOWN';
      throw failure(answer);
    } catch (error) {
      if (!call.signal.aborted) throw error;
      code = 'CANCELLED';
      throw aborted(call.signal);
    } finally {
      options.observe(path, 'unary', code, (performance.now() - started) / 1000);
    }
  }

  function failure({ status, details, own, progress, cause }: GrpcFailure): InferenceError {
    const code = InferenceError.codeOfGrpc(status);
    if (code === 'DEADLINE_EXCEEDED') return absent(unanswered(target, code, `did not answer within ${timeoutMs} ms`, cause), 'timed_out');
    if (own) {
      const error = new InferenceError(code, `unit "${target.unit}" at ${target.address}: ${details}`, { cause });
      return code === 'UNAVAILABLE' && progress !== 'begun' ? absent(error, 'not_ready') : error;
    }
    const error = unanswered(target, code, details, cause);
    return progress === 'begun' ? error : absent(error, progress === 'unsent' ? 'unreached' : 'broke_off');
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
      const answer = await attempt({ path: Model.Metadata.path, body: nothing, timeoutMs });
      if (Buffer.isBuffer(answer)) return decodeSeldonModelMetadata(answer);
      if (answer.own && answer.status === grpcNumber('UNIMPLEMENTED')) return undefined;
      throw failure(answer);
    },
    async ready() {
      const answer = await client.unary({ path: healthService.Check.path, body: nothing, timeoutMs: healthMs });
      if (!Buffer.isBuffer(answer)) return { reason: failure(answer).message };
      return answer.equals(serving) ? true : { reason: `unit "${target.unit}" at ${target.address} says that it is not serving` };
    },
    close: async () => client.close(),
  };
}

const serving = encodeHealthCheck('SERVING');
const nothing = Buffer.alloc(0);
const healthMs = 2000;

const wasRefused = (outcome: Buffer | GrpcFailure): boolean =>
  !Buffer.isBuffer(outcome) && (outcome.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';

/** What gRPC can carry of the call's headers. */
function headersOf(call: UnitCall): Record<string, string> {
  const headers = forwardedHeaders(call);
  for (const name in headers)
    if (!/^[0-9a-z_.-]+$/.test(name) || name.startsWith('grpc-') || name.endsWith('-bin') || !/^[ -~]*$/.test(headers[name] as string))
      delete headers[name];
  return headers;
}
