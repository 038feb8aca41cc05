import {
  decodeSeldonModelMetadata,
  decodeSeldonProto,
  encodeFeedbackProto,
  encodeHealthCheck,
  encodeMessageListProto,
  encodeSeldonProto,
  grpcNumber,
  grpcStatuses,
  healthService,
  InferenceError,
  type Message,
  type RawMethod,
  seldonServices,
  withMeta,
} from '@switchyard/protocol';
import { grpcClient, type GrpcFailure, type GrpcRequest } from './grpc-client.ts';
import { reconnect } from './reconnect.ts';
import {
  connectMs,
  forwardedHeaders,
  shown,
  type Target,
  type Transport,
  type TransportMethod,
  type TransportOptions,
  type UnitCall,
} from './transport.ts';
import type { UnitAccess } from './unit-access.ts';
import { absent, aborted, notLetIn, unanswered, unreadable } from './upstream-error.ts';

const { Model, Router, Transformer, OutputTransformer, Combiner, Generic } = seldonServices;

export const methods: Record<TransportMethod, RawMethod> = {
  predict: Model.Predict,
  transformInput: Transformer.TransformInput,
  transformOutput: OutputTransformer.TransformOutput,
  route: Router.Route,
};

/** Seldon's internal microservice API over gRPC; bytes in and out. */
export function grpcTransport(target: Target, options: TransportOptions): Transport {
  const { timeoutMs, maxBodyBytes, access } = options;
  const client = grpcClient(target.address, { maxBodyBytes, connectMs: Math.min(timeoutMs, connectMs), tls: access.tls });

  const again = (refused: Buffer | GrpcFailure, request: GrpcRequest): Promise<Buffer | GrpcFailure> =>
    reconnect(refused, () => client.unary(request), wasRefused, request.signal);

  /** One promise for the whole of it, as most requests come this way. */
  async function exchange<T>({ path }: RawMethod, call: UnitCall, write: () => Buffer, read: (answer: Buffer) => T): Promise<T> {
    const body = write();
    const started = performance.now();
    const request: GrpcRequest = { path, body, headers: headersOf(call, access), timeoutMs, signal: call.signal };
    let code: string = 'OK';
    let answer: Buffer | GrpcFailure;
    try {
      answer = await client.unary(request);
      if (!call.hasty && wasRefused(answer)) answer = await again(answer, request);
      if (!Buffer.isBuffer(answer)) {
        code = grpcStatuses[answer.status] ?? 'UNKNOWN';
        throw failure(answer);
      }
    } catch (error) {
      if (!call.signal.aborted) throw error;
      code = 'CANCELLED';
      throw aborted(call.signal);
    } finally {
      options.observe(path, 'unary', code, (performance.now() - started) / 1000);
    }
    return read(answer);
  }

  function failure({ status, details, own, progress, cause }: GrpcFailure): InferenceError {
    const code = InferenceError.codeOfGrpc(status);
    if (code === 'DEADLINE_EXCEEDED') return absent(unanswered(target, code, `did not answer within ${timeoutMs} ms`, cause), 'timed_out');
    if (own && access.own && (code === 'UNAUTHENTICATED' || code === 'PERMISSION_DENIED')) return notLetIn(target, code);
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

  const feedbackMethod = feedbackMethodOf(target.type);

  return {
    send: (method, input, call) => exchange(methods[method], call, () => encodeSeldonProto(withMeta(input, { puid: call.id })), message),
    aggregate: (messages, call) => exchange(Combiner.Aggregate, call, () => encodeMessageListProto(messages), message),
    feedback: (feedback, call) =>
      exchange(
        feedbackMethod,
        call,
        () => encodeFeedbackProto(feedback),
        () => {},
      ),
    async metadata() {
      const request: GrpcRequest = { path: Model.Metadata.path, body: nothing, headers: shown(access), timeoutMs };
      const answer = await again(await client.unary(request), request);
      if (Buffer.isBuffer(answer)) return decodeSeldonModelMetadata(answer);
      if (answer.own && answer.status === grpcNumber('UNIMPLEMENTED')) return undefined;
      throw failure(answer);
    },
    async ready() {
      const answer = await client.unary({ path: healthService.Check.path, body: nothing, headers: shown(access), timeoutMs: healthMs });
      if (!Buffer.isBuffer(answer)) return { reason: failure(answer).message };
      return answer.equals(serving) ? true : { reason: `unit "${target.unit}" at ${target.address} says that it is not serving` };
    },
    close: async () => client.close(),
  };
}

export function feedbackMethodOf(type: Target['type']): RawMethod {
  return type === 'MODEL' ? Model.SendFeedback : type === 'ROUTER' ? Router.SendFeedback : Generic.SendFeedback;
}

const serving = encodeHealthCheck('SERVING');
const nothing = Buffer.alloc(0);
const healthMs = 2000;

const wasRefused = (outcome: Buffer | GrpcFailure): boolean =>
  !Buffer.isBuffer(outcome) && (outcome.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';

/** What gRPC can carry of the call's headers. */
function headersOf(call: UnitCall, access: UnitAccess): Record<string, string> {
  const headers = forwardedHeaders(call, access);
  for (const name in headers)
    if (!/^[0-9a-z_.-]+$/.test(name) || name.startsWith('grpc-') || name.endsWith('-bin') || !/^[ -~]*$/.test(headers[name] as string))
      delete headers[name];
  return headers;
}
