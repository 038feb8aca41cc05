import { Metadata, status, type handleUnaryCall, type ServerDuplexStream, type ServerUnaryCall } from '@grpc/grpc-js';
import { errorTable, InferenceError, type RawMethod } from '@switchyard/protocol';
import type { DataPlane, Incoming } from '../data-plane.ts';

type Call = ServerUnaryCall<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** Answers the bytes of a request with the bytes of an answer. */
export type Unary = (request: Buffer, incoming: Incoming) => Promise<Uint8Array> | Uint8Array;

/** A method as grpc-js wants it: admitted, with the client's deadline, measured, its errors by the one table. */
export function unary(plane: DataPlane, { path }: RawMethod, answer: Unary): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const observe = observer(plane, path, 'unary');
    admitted(plane, call, call.request, answer).then(
      (bytes) => {
        callback(null, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        observe();
      },
      (thrown: unknown) => {
        const error = plane.failure(thrown);
        callback(statusOf(error));
        observe(error);
      },
    );
  };
}

/** To be called when a request is answered, or failed. */
export function observer(plane: DataPlane, path: string, method: 'unary' | 'stream'): (error?: InferenceError) => void {
  const started = performance.now();
  return (error) => plane.metrics.observeServer(path, method, error ? codeName(error) : 'OK', (performance.now() - started) / 1000);
}

/** An error as grpc-js wants it. */
export function statusOf(error: InferenceError): { readonly code: number; readonly details: string; readonly metadata?: Metadata } {
  const status = { code: error.grpc, details: error.message };
  return error.code === 'RESOURCE_EXHAUSTED' ? { ...status, metadata: comeBack() } : status;
}

/** When to try again, in the words of gRPC's retries, which clients follow by themselves where they are told to retry at all. */
function comeBack(): Metadata {
  const metadata = new Metadata();
  metadata.set('grpc-retry-pushback-ms', '1000');
  return metadata;
}

/** Answers one request of a call as work under way. */
export async function admitted(plane: DataPlane, call: Call, request: Buffer, answer: Unary): Promise<Uint8Array> {
  const work = plane.admission.begin(timeLeft(call));
  const cancel = (): void => work.abort(new InferenceError('CANCELLED', 'the client cancelled the call'));
  call.on('cancelled', cancel);
  try {
    work.charge(request.length);
    return await answer(request, { work, ...readMetadata(call.metadata) });
  } finally {
    call.off('cancelled', cancel);
    work.done();
  }
}

/** Milliseconds until the client's own deadline. */
function timeLeft(call: Call): number {
  const deadline = call.getDeadline();
  return Math.max(0, (typeof deadline === 'number' ? deadline : deadline.getTime()) - Date.now());
}

const own = /^(:|grpc-|content-type$|user-agent$|te$|host$|seldon-puid$)|-bin$/;

function readMetadata(metadata: Metadata): { headers: Record<string, string>; puid: string | undefined } {
  const headers: Record<string, string> = {};
  const all = metadata.getMap();
  for (const name of Object.keys(all)) if (!own.test(name)) headers[name] = String(all[name]);
  const puid = all['seldon-puid'];
  return { headers, puid: typeof puid === 'string' ? puid : undefined };
}

const names = new Map(Object.entries(status).map(([name, code]) => [code, name]));

/** The name that Go gives a status, which Seldon's dashboards know: `InvalidArgument`. */
function codeName(error: InferenceError): string {
  const name = String(names.get(errorTable[error.code].grpc) ?? 'UNKNOWN');
  return name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
