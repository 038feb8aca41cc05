import { spawn } from 'node:child_process';

/**
 * Runs the command `docker`, as its environment (DOCKER_HOST, …) says.
 *
 * @param input given to it @returns what it wrote, trimmed @throws Error with all its words where it fails, or is not there
 */
export async function docker(parameters: readonly string[], input?: Uint8Array): Promise<string> {
  const child = spawn('docker', parameters);
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  child.stderr.on('data', (data: Buffer) => errors.push(data));
  child.stdin.on('error', () => {}); // it ended without reading all: its exit code tells
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error('an image needs the command docker, which is not on the PATH', { cause: error }) : error;
  });
  if (code !== 0)
    throw new Error(
      `docker ${parameters[0]} ended with ${code}:\n${Buffer.concat([...out, ...errors])
        .toString()
        .trim()}`,
    );
  return Buffer.concat(out).toString().trim();
}
