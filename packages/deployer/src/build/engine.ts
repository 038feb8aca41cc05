import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@switchyard/config';
import Docker from 'dockerode';
import { explainEngine } from './explain-engine.ts';

/** A Docker engine, as `DOCKER_HOST` (and `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`) say, else the machine's own. */
export const openEngine = (): Docker => {
  try {
    return new Docker();
  } catch (error) {
    throw new UserError(`DOCKER_HOST or DOCKER_CERT_PATH cannot be used: ${(error as Error).message}`);
  }
};

const absent: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nothing listens there',
  EACCES: 'this user may not open the socket',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'no way leads there',
  EPROTO: 'it speaks no TLS, or another',
};

/**
 * Waits until the engine answers; a sidecar starts beside us, not before us.
 *
 * @param seconds how long at most; 0 asks once
 * @throws UserError with the engine's address, and why it is not reached
 */
export async function waitForEngine(docker: Docker, seconds: number, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    try {
      await docker.ping();
      return;
    } catch (error) {
      if (performance.now() >= until) throw engineAbsent(error, seconds, env);
    }
    await sleep(500);
  }
}

function engineAbsent(error: unknown, seconds: number, env: NodeJS.ProcessEnv): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code !== undefined && absent[code] !== undefined ? `${absent[code]} (${code})` : message;
  const at = env['DOCKER_HOST'] || 'unix:///var/run/docker.sock (DOCKER_HOST is not set)';
  const waited = seconds > 0 ? `, after ${seconds} s` : '; --wait gives it time to start';
  return new UserError(`no Docker engine answers at ${at}: ${why}${waited}`);
}

/** An error of a call to the engine, as a user can read it; those that are no such errors as they are. */
export function explainCall(error: unknown): unknown {
  const { statusCode, json, message, code } = error as {
    statusCode?: number;
    json?: { message?: string } | null;
    message?: string;
    code?: string;
  };
  if (statusCode !== undefined) {
    const words = json?.message ?? message?.replace(/^\(HTTP code \d+\) [^-]*- /, '') ?? `HTTP ${statusCode}`;
    return new UserError(explainEngine(words), { cause: error });
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || message === 'aborted')
    return new UserError('the Docker engine broke off the connection: it was stopped, or ran out of memory', { cause: error });
  return error;
}
