import { spawn, type ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

/**
 * Runs a command to its end, without a shell. Its output is kept back unless it fails.
 * @returns what it wrote to stdout
 * @throws Error with the last lines of what it said
 */
export function run(
  command: string,
  parameters: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    running.add(child);
    const out: Buffer[] = [];
    const all: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => (out.push(data), all.push(data)));
    child.stderr.on('data', (data: Buffer) => all.push(data));
    child.once('error', (error) => {
      running.delete(child);
      reject(new Error(`${command} could not be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const said = Buffer.concat(all).toString().trim();
      const lines = (npmReason(said) ?? nodeReason(said) ?? said).split('\n').slice(-4).join('\n');
      reject(new Error(`${command} ${parameters[0] ?? ''} ended with ${signal ?? `exit code ${code}`}: ${lines}`));
    });
  });
}

/** Of the many lines that npm says when it fails, the one that says why. */
function npmReason(said: string): string | undefined {
  return /^npm error (?!(?:code|syscall|errno|command|path) )(?:notarget |\d+ )?(\S.*)$/m.exec(said)?.[1];
}

/** What ended a program of Node, below which it writes its stack. */
function nodeReason(said: string): string | undefined {
  return /^(?:Uncaught )?(\w*Error(?: \[\w+\])?: .+)$/m.exec(said)?.[1];
}

/** The first of some commands that is there. */
export async function firstCommand(commands: readonly (readonly string[])[]): Promise<readonly string[] | undefined> {
  for (const command of commands) {
    const [name, ...parameters] = command as [string, ...string[]];
    if (
      await run(name, [...parameters, '--version']).then(
        () => true,
        () => false,
      )
    ) {
      return command;
    }
  }
  return undefined;
}

/** Ends what is running: for whoever is told to stop. */
export function endRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}
