import { ArtifactError } from '../artifact-error.ts';
import { exchangeStream, type Request } from './exchange.ts';

/**
 * Reads an object in pieces; where the connection breaks, it asks for the rest. `ask` makes the request for all, or for what is from
 * `offset` on, of just the object that has this ETag. `refuse` makes an error of an answer that is neither the object nor 404.
 */
export async function resumable(
  ask: (from?: Rest) => Promise<Request>,
  refuse: (response: Response) => Promise<ArtifactError>,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const first = await exchangeStream(() => ask());
  if (first.response.status === 404) {
    const error = await refuse(first.response).finally(first.end);
    if (error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
  if (first.response.status !== 200) throw await refuse(first.response).finally(first.end);
  return pieces(first, ask, refuse);
}

export type Rest = { readonly offset: number; readonly etag: string | null };

/** The headers of a request for the rest of an object, if it is still the same. */
export const restHeaders = (from: Rest | undefined): Record<string, string> =>
  from === undefined ? {} : { range: `bytes=${from.offset}-`, ...(from.etag !== null && { 'if-match': from.etag }) };

/** How often a connection may break before anything came of it. */
const mostBreaks = 8;

async function* pieces(
  first: Awaited<ReturnType<typeof exchangeStream>>,
  ask: (from?: Rest) => Promise<Request>,
  refuse: (response: Response) => Promise<ArtifactError>,
): AsyncIterable<Uint8Array> {
  const etag = first.response.headers.get('etag');
  const length = Number(first.response.headers.get('content-length') ?? Number.NaN);
  let offset = 0;
  let breaks = 0;
  for (let current = first; ;) {
    try {
      for await (const piece of current.response.body ?? []) {
        current.alive();
        offset += piece.length;
        breaks = 0;
        yield piece;
      }
      if (!(offset < length)) return;
    } catch (error) {
      if (++breaks > mostBreaks) throw broken(current.response, offset, error);
    } finally {
      current.end();
    }
    current = await exchangeStream(() => ask({ offset, etag }));
    if (current.response.status !== 206) throw await refuse(current.response).finally(current.end);
  }
}

function broken({ url }: Response, offset: number, error: unknown): ArtifactError {
  const why = (error as Error).message;
  return new ArtifactError('UNAVAILABLE', `${new URL(url).origin} broke off after ${offset} bytes, again and again: ${why}`, {
    cause: error,
  });
}
