/** What a client may ask of a connection before it is cut off. */
export type ConnectionLimits = {
  /** Requests under way. */
  readonly maxStreams: number;
  /** Of a request's headers together, as HTTP/2 counts them, and how many. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** What a client may send of a request, and of all its requests, before it is read. */
  readonly windowBytes: number;
  readonly connectionWindowBytes: number;
  /** Of answers that are not read: beyond, further requests are refused. */
  readonly maxHeldBytes: number;
};
