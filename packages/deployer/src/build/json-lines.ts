import { UserError } from '@switchyard/config';

/**
 * The objects of a stream of JSON lines, as an engine answers builds and pushes: each as soon as its line is whole.
 * @throws UserError where a line is not JSON; the stream's own error where it breaks off
 */
export async function* readJsonLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== '') yield parse(line);
  }
  if (rest.trim() !== '') yield parse(rest);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UserError(`the engine answered something that is not JSON: ${line.slice(0, 200)}`);
  }
}
