/** Of RFC 9113, 6. */
export const kinds = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** `ack` is of settings and pings, `endStream` of data and headers. */
export const flags = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** Why a stream or a connection ends (RFC 9113, 7). */
export const codes = {
  none: 0,
  protocol: 1,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refused: 7,
  cancel: 8,
  compression: 9,
  calm: 11,
} as const;

export type Code = (typeof codes)[keyof typeof codes];

export const settingIds = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** What a frame may carry that we receive: as much as anybody may send who was not told otherwise. */
export const maxPayload = 16_384;
/** What a window may be at most. */
export const maxWindow = 2 ** 31 - 1;
/** What a window is as long as nobody says otherwise. */
export const firstWindow = 65_535;

export const headBytes = 9;

/** What a client's connection begins with. */
export const preface: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** An error that ends its connection. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** By how much a frame of the kind `windowUpdate` widens its window. @throws ConnectionError where it does not say */
export function wideningOf(payload: Buffer): number {
  if (payload.length !== 4) throw new ConnectionError(codes.frameSize, 'a window update without a size');
  return payload.readUInt32BE() & maxWindow;
}

/** Writes the head of a frame. */
function putHead(target: Buffer, frame: { length: number; kind: number; flags: number; stream: number }): void {
  target.writeUIntBE(frame.length, 0, 3);
  target[3] = frame.kind;
  target[4] = frame.flags;
  target.writeUInt32BE(frame.stream, 5);
}

/** The head of a frame of data, which are written after it. */
export function dataHead(stream: number, length: number, end = false): Buffer {
  const head = Buffer.allocUnsafe(headBytes);
  putHead(head, { length, kind: kinds.data, flags: end ? flags.endStream : 0, stream });
  return head;
}

export function frameOf(kind: number, stream: number, payload: Uint8Array, bits = 0): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + payload.length);
  putHead(frame, { length: payload.length, kind, flags: bits, stream });
  frame.set(payload, headBytes);
  return frame;
}

/** A frame whose payload is 32-bit numbers. */
export function numbersFrame(kind: number, stream: number, ...numbers: readonly number[]): Buffer {
  const payload = Buffer.allocUnsafe(4 * numbers.length);
  for (const [index, number] of numbers.entries()) payload.writeUInt32BE(number, 4 * index);
  return frameOf(kind, stream, payload);
}

export function settingsFrame(values: Readonly<Partial<Record<keyof typeof settingIds, number>>>): Buffer {
  const payload = Buffer.alloc(6 * Object.keys(values).length);
  for (const [index, [name, value]] of Object.entries(values).entries()) {
    payload.writeUInt16BE(settingIds[name as keyof typeof settingIds], 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return frameOf(kinds.settings, 0, payload);
}
