import type { IncomingMessage } from 'node:http';
import type { InferenceError } from '@switchyard/protocol';
import type { Watch } from '../telemetry/watch.ts';
import type { Work } from '../work.ts';

/** A request that has found its route. */
export type Exchange = {
  readonly request: IncomingMessage;
  /** The part of the path that each `:name` of the route stands for, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** After the `?`, as it came. */
  readonly query: string;
  /** Reads the whole body. @throws InferenceError PAYLOAD_TOO_LARGE */
  body(): Promise<Buffer>;
  /** Only of a route that is admitted. */
  readonly work: Work | undefined;
  readonly watch: Watch | undefined;
};

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

export type Handler = (exchange: Exchange) => Reply | Promise<Reply>;

/** How a protocol writes an error. */
export type ErrorForm = (error: InferenceError) => Reply;

export type Route = {
  /** Segments, of which `:name` stands for any one. */
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** The label of its metrics. */
  readonly service: string;
  readonly errors: ErrorForm;
  /** It counts as a request under way: has a deadline, is refused on overload, and is waited for by a drain. */
  readonly admitted?: boolean;
  readonly handle: Handler;
};

/** How the routes of one protocol are written: each of one method, and not admitted unless it says so. */
export function routesOf(errors: ErrorForm) {
  return (method: 'GET' | 'POST', path: string, service: string, handle: Handler, admitted = false): Route => ({
    path,
    methods: [method],
    service,
    handle,
    admitted,
    errors,
  });
}
