import { HttpAnswerError, tooLarge } from './http-answer-error.ts';
import { chunkReader, type ChunkReader } from './http-chunks.ts';

export type HttpAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** Whether another request may follow on the connection. */
  readonly reusable: boolean;
  /** How long the server keeps it without one, where it says so, in milliseconds. */
  readonly keptMs: number | undefined;
};

/** Reads the answers that come over one HTTP/1.1 connection, one after another. */
export type HttpAnswerReader = {
  /**
   * The answer, once all of it has come. `bytes` are copied where they are kept.
   * @throws HttpAnswerError; the connection is then of no more use
   */
  read(bytes: Buffer): HttpAnswer | undefined;
  /** The server has closed the connection: the end of an answer that lasts until then. */
  end(): HttpAnswer | undefined;
  /** Whether the head of an answer has come whose end has not. */
  readonly begun: boolean;
};

const maxHeadBytes = 64 * 1024;

/**
 * Framing is read strictly, since two readings of where an answer ends would give one client's answer to another (RFC 9112, section 11):
 * a length beside chunks, two lengths, a folded line or a blank before a colon is an error. Bytes after an answer leave its connection unfit.
 *
 * @example
 *     httpAnswerReader(1024).read(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')); // { status: 200, body: …, reusable: true, … }
 */
export function httpAnswerReader(maxBodyBytes: number): HttpAnswerReader {
  let early: Buffer | undefined; // of a head whose end has not come
  let head: Head | undefined;
  let whole: Buffer | undefined; // of a body whose length is known
  let filled = 0;
  let chunks: ChunkReader | undefined;
  let pieces: Buffer[] = []; // of a body that lasts until the connection ends

  function finish(body: Buffer, more: boolean): HttpAnswer {
    const { status, contentType, close, keptMs } = head as Head;
    early = head = whole = chunks = undefined;
    filled = 0;
    pieces = [];
    return { status, contentType, body, reusable: !close && !more, keptMs };
  }

  function read(bytes: Buffer): HttpAnswer | undefined {
    if (head) return readBody(bytes);
    let data = early ? Buffer.concat([early, bytes]) : bytes;
    for (;;) {
      const end = data.indexOf('\r\n\r\n');
      if (end > maxHeadBytes || (end < 0 && data.length > maxHeadBytes))
        throw new HttpAnswerError(`a head of more than ${maxHeadBytes} bytes`);
      if (end < 0) {
        early = Buffer.from(data);
        return undefined;
      }
      const found = readHead(data.toString('latin1', 0, end));
      data = data.subarray(end + 4);
      if (found.status >= 200) {
        early = undefined;
        head = found;
        return readBody(data);
      }
    }
  }

  function readBody(bytes: Buffer): HttpAnswer | undefined {
    const { framing } = head as Head;
    if (framing === 'chunks') {
      chunks ??= chunkReader(maxBodyBytes);
      const left = chunks.read(bytes);
      return left === undefined ? undefined : finish(chunks.body(), left > 0);
    }
    if (framing === 'close') {
      filled += bytes.length;
      if (filled > maxBodyBytes) throw tooLarge(maxBodyBytes);
      pieces.push(Buffer.from(bytes));
      return undefined;
    }
    if (framing > maxBodyBytes) throw tooLarge(maxBodyBytes);
    whole ??= Buffer.allocUnsafe(framing);
    const taken = bytes.copy(whole, filled);
    filled += taken;
    return filled < framing ? undefined : finish(whole, taken < bytes.length);
  }

  return {
    read,
    end: () => (head?.framing === 'close' ? finish(Buffer.concat(pieces), false) : undefined),
    get begun() {
      return head !== undefined;
    },
  };
}

type Head = {
  readonly status: number;
  readonly contentType: string;
  readonly close: boolean;
  readonly keptMs: number | undefined;
  /** What ends the body: its number of bytes, its last chunk, or the connection. */
  readonly framing: number | 'chunks' | 'close';
};

function readHead(text: string): Head {
  const first = text.indexOf('\r\n');
  const status = statusOf(text, first < 0 ? text.length : first);
  let contentType = '';
  let length = '';
  let coding = '';
  let connection = text.charCodeAt(7) === 0x31 ? '' : 'close';
  let keepAlive = '';
  for (let at = first < 0 ? text.length : first + 2; at < text.length;) {
    const next = text.indexOf('\r\n', at);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(':', at);
    if (colon <= at || colon >= end || isBlank(text, at) || isBlank(text, colon - 1))
      throw new HttpAnswerError(`no header: "${text.slice(at, end).slice(0, 40)}"`);
    if (names.has(colon - at)) {
      const value = text.slice(colon + 1, end).trim();
      switch (text.slice(at, colon).toLowerCase()) {
        case 'content-type':
          contentType = value;
          break;
        case 'content-length':
          if (length !== '' && length !== value) throw new HttpAnswerError(`two lengths, ${length} and ${value}`);
          length = value;
          break;
        case 'transfer-encoding':
          coding += value.toLowerCase();
          break;
        case 'connection':
          connection = value.toLowerCase();
          break;
        case 'keep-alive':
          keepAlive = value;
          break;
      }
    }
    at = end + 2;
  }
  const framing = framingOf(status, length, coding);
  const close = framing === 'close' || (connection !== '' && connection !== 'keep-alive' && /\bclose\b/.test(connection));
  const seconds = keepAlive === '' ? undefined : /\btimeout=(\d+)/.exec(keepAlive)?.[1];
  return { status, contentType, close, framing, keptMs: seconds === undefined ? undefined : Number(seconds) * 1000 };
}

/** Of `HTTP/1.1 200 OK`, which ends at `end`; the phrase need not be there. */
function statusOf(text: string, end: number): number {
  const digit = (at: number): number => text.charCodeAt(at) - 0x30;
  const [minor, hundreds, tens, ones] = [digit(7), digit(9), digit(10), digit(11)];
  const version = text.startsWith('HTTP/1.') && (minor === 0 || minor === 1) && text[8] === ' ';
  const digits = hundreds >= 1 && hundreds <= 9 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  if (version && digits && (end === 12 || text.charCodeAt(12) === 0x20)) return hundreds * 100 + tens * 10 + ones;
  throw new HttpAnswerError(`no status line: "${text.slice(0, 40)}"`);
}

/** Lengths of the names that are looked for, so that few others are made a string of their own. */
const names = new Set(['content-type', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'].map(({ length }) => length));

function framingOf(status: number, length: string, coding: string): Head['framing'] {
  if (status === 101) throw new HttpAnswerError('another protocol, which nobody asked for');
  if (status < 200 || status === 204 || status === 304) return 0;
  if (coding !== '') {
    if (coding !== 'chunked') throw new HttpAnswerError(`transfer-encoding "${coding}"`);
    if (length !== '') throw new HttpAnswerError('a length beside chunks');
    return 'chunks';
  }
  if (length === '') return 'close';
  if (!/^\d{1,15}$/.test(length)) throw new HttpAnswerError(`content-length "${length}"`);
  return Number(length);
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}
