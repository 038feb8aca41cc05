import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvParser, guessDelimiter, type CsvRow } from './csv-parser.ts';
import { tableBuilder } from './csv-table.ts';
import { DatasetError } from './error.ts';
import type { featureStore } from './feature-store.ts';
import { readHead, unreadable } from './file.ts';
import type { TableOptions } from './table-options.ts';
import type { Table } from './table.ts';
import { looksLikeGzip } from './zip.ts';

/**
 * A table of numbers with one column of labels, gzipped or not. It is read as a stream: at no time is more of the text in memory than a
 * piece of it and one record.
 *
 * @param features Where the features go, if not into memory.
 * @throws DatasetError for a cell that is missing or not a number, with line and column.
 */
export async function readCsv(file: string, options: TableOptions = {}, features?: ReturnType<typeof featureStore>): Promise<Table> {
  const table = tableBuilder(file, options, features);
  try {
    for await (const row of rowsOf(file, options.delimiter)) table.add(row);
  } catch (error) {
    throw explained(file, table.line(), error);
  }
  return table.finish();
}

async function* rowsOf(file: string, delimiter: string | undefined): AsyncGenerator<CsvRow> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parser: ReturnType<typeof csvParser> | undefined;
  for await (const piece of await open(file)) {
    const text = decoder.decode(piece as Uint8Array, { stream: true });
    parser ??= csvParser(file, delimiter ?? guessDelimiter(text));
    yield* parser.push(text);
  }
  if (!parser) return;
  yield* parser.push(decoder.decode());
  yield* parser.finish();
}

async function open(file: string): Promise<Readable> {
  const input = createReadStream(file, { highWaterMark: 2 ** 18 });
  if (!looksLikeGzip(await readHead(file, 2))) return input;
  return pipeline(input, createGunzip({ chunkSize: 2 ** 18 }), () => {}); // an error of either is the last one's, who is read
}

function explained(file: string, line: number, error: unknown): unknown {
  if (error instanceof DatasetError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new DatasetError(file, `after line ${line}`, 'not UTF-8 text: save it as UTF-8', { cause: error });
  if (code.startsWith('Z_')) return new DatasetError(file, `after line ${line}`, `gzip: ${message}`, { cause: error });
  return unreadable(file, error);
}
