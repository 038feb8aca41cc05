import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonWith } from '@switchyard/conformance';

const folder = join(import.meta.dirname, 'python');

/** The programs of a virtual environment with exactly the packages of `python/<client>.txt`. */
export const pythonOf = (client: string): string => pythonWith(join(folder, `${client}.txt`), `client-${client}`);

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into, part by part
export type Json = Readonly<Record<string, any>>;

/** What a client's script found, by the name of each of its calls: it prints one object of JSON. */
export async function runClient<T>(client: string, argument: object): Promise<T> {
  const python = join(pythonOf(client), 'python');
  const script = join(folder, `call_${client.replaceAll('-', '_')}.py`);
  const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', script, JSON.stringify(argument)], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}
