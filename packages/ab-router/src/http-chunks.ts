import { HttpAnswerError, tooLarge } from './http-answer-error.ts';

/** Puts a body together that comes in chunks (RFC 9112, section 7.1). */
export type ChunkReader = {
  /** How many of the bytes are left after the end of the body; undefined: it has not come. @throws HttpAnswerError */
  read(bytes: Buffer): number | undefined;
  body(): Buffer;
};

const maxLineBytes = 16 * 1024;

export function chunkReader(maxBodyBytes: number): ChunkReader {
  const pieces: Buffer[] = [];
  let size = 0;
  let line = ''; // of which the end has not come
  let expected: 'size' | 'end of chunk' | 'trailer' = 'size';
  let missing = 0; // bytes of a chunk

  /** What the line means. @returns whether it ends the body */
  function take(text: string): boolean {
    if (expected === 'trailer') return text === '';
    if (expected === 'end of chunk') {
      if (text !== '') throw new HttpAnswerError(`a chunk that does not end where it should: "${text.slice(0, 40)}"`);
      expected = 'size';
      return false;
    }
    const digits = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text)?.[1];
    if (digits === undefined) throw new HttpAnswerError(`no length of a chunk: "${text.slice(0, 40)}"`);
    missing = parseInt(digits, 16);
    size += missing;
    if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
    expected = missing === 0 ? 'trailer' : 'end of chunk';
    return false;
  }

  return {
    read(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (missing > 0) {
          const piece = bytes.subarray(at, at + missing);
          pieces.push(Buffer.from(piece));
          missing -= piece.length;
          at += piece.length;
          continue;
        }
        const feed = bytes.indexOf(0x0a, at);
        const end = feed < 0 ? bytes.length : feed + 1;
        line += bytes.toString('latin1', at, end);
        if (line.length > maxLineBytes) throw new HttpAnswerError(`a line of more than ${maxLineBytes} bytes between chunks`);
        at = end;
        if (feed < 0) break;
        if (!line.endsWith('\r\n')) throw new HttpAnswerError('a line between chunks that ends without a carriage return');
        const text = line.slice(0, -2);
        line = '';
        if (take(text)) return bytes.length - at;
      }
      return undefined;
    },
    body: () => (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)),
  };
}
