import { describe, expect, test } from 'vitest';
import { BuildError } from './build-error.ts';
import { readJsonLines } from './json-lines.ts';
import { type BuildProgress, readBuild } from './read-build.ts';
import { type PushProgress, readPush } from './read-push.ts';

// As an engine of version 20.10 sent them; its identifiers are shortened in none of these.
const building = String.raw`{"stream":"Step 1/6 : FROM debian:bookworm-slim AS one"}
{"stream":"\n"}
{"status":"Pulling from library/debian","id":"bookworm-slim"}
{"status":"Downloading","progressDetail":{"current":1024,"total":4096},"progress":"[=>  ]","id":"5f70bf18a086"}
{"stream":" ---\u003e f3f041d2feaa\n"}
{"stream":"Step 2/6 : ARG WHO=nobody"}
{"stream":"\n"}
{"stream":" ---\u003e Using cache\n"}
{"stream":" ---\u003e 42d603a6e022\n"}
{"stream":"Step 3/6 : RUN echo \"hello $WHO\" \u0026\u0026 echo warn \u003e\u00262"}
{"stream":"\n"}
{"stream":" ---\u003e Running in c4ce35c663d1\n"}
{"stream":"hello me\n"}
{"stream":"\u001b[91mwarn\n\u001b[0m"}
{"stream":"Removing intermediate container c4ce35c663d1\n"}
{"stream":" ---\u003e f61a422b957a\n"}
{"aux":{"ID":"sha256:f61a422b957a488141c23e5eb7b2463db4bd4459851e1aa2aa15341951802d51"}}
{"stream":"Step 4/6 : FROM debian:bookworm-slim"}
{"stream":"\n"}
{"aux":{"ID":"sha256:7d128118bbc964feea2041cb84780d5b252dff2a6396c2f58eff9b7e5d8d3567"}}
{"stream":"Successfully built 7d128118bbc9\n"}
{"stream":"Successfully tagged switchyard/rec:1\n"}
`;
const failing = String.raw`{"stream":"Step 1/2 : FROM debian:bookworm-slim"}
{"stream":"\n"}
{"stream":" ---\u003e f3f041d2feaa\n"}
{"stream":"Step 2/2 : RUN make"}
{"stream":"\n"}
{"stream":" ---\u003e Running in f1044611ea23\n"}
{"stream":"line 1\n"}
{"stream":"\u001b[91moops\n\u001b[0m"}
{"stream":"line 2\nline 3\n"}
{"errorDetail":{"code":3,"message":"The command '/bin/sh -c make' returned a non-zero code: 3"},"error":"The command '/bin/sh -c make' returned a non-zero code: 3"}
`;
const unknownBase = String.raw`{"stream":"Step 1/1 : FROM debian:nosuch"}
{"stream":"\n"}
{"errorDetail":{"message":"manifest for debian:nosuch not found: manifest unknown: manifest unknown"},"error":"manifest for debian:nosuch not found: manifest unknown: manifest unknown"}
`;
const pushing = String.raw`{"status":"The push refers to repository [registry.local:5000/rec]"}
{"status":"Preparing","progressDetail":{},"id":"08a5786d855f"}
{"status":"Preparing","progressDetail":{},"id":"63144f2fda1a"}
{"status":"Mounted from library/docker","progressDetail":{},"id":"63144f2fda1a"}
{"status":"Pushing","progressDetail":{"current":512,"total":3},"progress":"[=\u003e]     512B","id":"08a5786d855f"}
{"status":"Pushing","progressDetail":{"current":2048,"total":3},"progress":"[=\u003e]  2.048kB","id":"08a5786d855f"}
{"status":"Pushed","progressDetail":{},"id":"08a5786d855f"}
{"status":"1: digest: sha256:43bdfbc3fcfdc2f66491b69fa472cabe72a00b59be1af28ac706969fbd905781 size: 736"}
{"progressDetail":{},"aux":{"Tag":"1","Digest":"sha256:43bdfbc3fcfdc2f66491b69fa472cabe72a00b59be1af28ac706969fbd905781","Size":736}}
`;

/** The text in pieces of `size` bytes, as a socket may deliver it. */
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function build(text: string, size = 1000): Promise<{ result: string | BuildError; progress: BuildProgress[] }> {
  const progress: BuildProgress[] = [];
  const result = await readBuild(readJsonLines(inPieces(text, size)), (each) => progress.push(each)).catch((error: unknown) => error);
  return { result: result as string | BuildError, progress };
}

async function push(text: string): Promise<{ result: string | Error; progress: PushProgress[] }> {
  const progress: PushProgress[] = [];
  const result = await readPush('rec:1', readJsonLines(inPieces(text, 77)), (each) => progress.push(each)).catch((error: unknown) => error);
  return { result: result as string | Error, progress };
}

const failure = (words: string): string => `${JSON.stringify({ errorDetail: { message: words }, error: words })}\n`;

describe('a build', () => {
  test.each([1, 7, 100_000])("is told by its steps, and ends with the last stage's image, in pieces of %i bytes", async (size) => {
    const { result, progress } = await build(building, size);
    expect(result).toBe('sha256:7d128118bbc964feea2041cb84780d5b252dff2a6396c2f58eff9b7e5d8d3567');
    expect(progress).toEqual([
      { event: 'step', step: 1, steps: 6, instruction: 'FROM debian:bookworm-slim AS one' },
      { event: 'pull', layer: 'bookworm-slim', status: 'Pulling from library/debian' },
      { event: 'pull', layer: '5f70bf18a086', status: 'Downloading', current: 1024, total: 4096 },
      { event: 'step', step: 2, steps: 6, instruction: 'ARG WHO=nobody' },
      { event: 'cached', step: 2 },
      { event: 'step', step: 3, steps: 6, instruction: 'RUN echo "hello $WHO" && echo warn >&2' },
      { event: 'output', text: 'hello me' },
      { event: 'output', text: 'warn' },
      { event: 'step', step: 4, steps: 6, instruction: 'FROM debian:bookworm-slim' },
    ]);
  });

  test('that fails says at which step, why, and the last lines of that step', async () => {
    const { result } = await build(failing, 13);
    expect(result).toBeInstanceOf(BuildError);
    expect((result as BuildError).message).toMatchInlineSnapshot(`
      "the build failed at step 2 of 2, RUN make
      The command '/bin/sh -c make' returned a non-zero code: 3
      the last lines of that step:
        line 1
        oops
        line 2
        line 3"
    `);
  });

  test('shows the last twenty lines and no more', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `${JSON.stringify({ stream: `line ${index}\n` })}\n`).join('');
    const { result } = await build(`{"stream":"Step 1/1 : RUN x"}\n{"stream":"\\n"}\n${many}${failure('failed')}`);
    const lines = (result as BuildError).message.split('\n');
    expect(lines.slice(3)).toEqual(Array.from({ length: 20 }, (_, index) => `  line ${index + 30}`));
  });

  test.each([
    [
      unknownBase,
      /step 1 of 1, FROM debian:nosuch\nthe base image, or its tag, is not in its registry \(manifest for debian:nosuch not found/,
    ],
    [failure('write /var/lib/docker/tmp/x: no space left on device'), /^the build failed\nthe engine's disk is full/],
    [failure('the --mount option requires BuildKit. Refer to …'), /this Dockerfile needs BuildKit/],
    ['{"stream":"Step 1/2 : FROM a\\n"}\n', /at step 1 of 2, FROM a\nthe engine broke the build off without a word/],
    ['<html>', /^the engine answered something that is not JSON: <html>/],
  ])('%s is an error in words', async (text, message) => {
    expect(((await build(text)).result as Error).message).toMatch(message);
  });
});

describe('a push', () => {
  test('ends with the digest, and tells layers and bytes on the way', async () => {
    const { result, progress } = await push(pushing);
    expect(result).toBe('sha256:43bdfbc3fcfdc2f66491b69fa472cabe72a00b59be1af28ac706969fbd905781');
    expect(progress.at(-1)).toEqual({ event: 'push', done: 2, layers: 2, current: 2048, total: 2048 });
    expect(progress.every((each) => each.current <= each.total && each.done <= each.layers)).toBe(true);
  });

  test.each([
    ['unauthorized: authentication required', 'rec:1 was not pushed: the registry does not accept the login'],
    ['unauthorized: incorrect username or password', 'the registry does not accept the login'],
    ['denied: requested access to the resource is denied', 'the login may not do this there'],
    ['Get "https://r:5000/v2/": http: server gave HTTP response to HTTPS client', 'the registry speaks plain HTTP'],
    [
      'Get "http://localhost:59999/v2/": dial tcp 127.0.0.1:59999: connect: connection refused',
      'the engine does not reach the registry (Get',
    ],
    ['An image does not exist locally with the tag: rec', 'rec:1 was not pushed: An image does not exist locally'],
  ])('that is refused with "%s" says what that means', async (words, message) => {
    expect(((await push(failure(words))).result as Error).message).toContain(message);
  });

  test('that ends without a digest has failed', async () => {
    expect(((await push('{"status":"Preparing","id":"a"}\n')).result as Error).message).toContain('broke off without a word');
  });
});
