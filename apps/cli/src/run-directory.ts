import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@switchyard/config';

/**
 * Makes sure that a deployment runs once from a folder: its logs and what its routers have learned are there.
 * @returns what gives the folder back.
 * @throws UserError where another process that is alive has it.
 */
export function claimDirectory(directory: string, deployment: string): () => void {
  const file = join(directory, 'up.pid');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(file, 'utf8'));
      if (isAlive(pid)) {
        throw new UserError(
          `${deployment} is already up from here (process ${pid}, says ${file}); end it first, or give this one another folder with --directory`,
        );
      }
      rmSync(file, { force: true }); // its process was killed and could not tidy up
    }
  }
  throw new UserError(`another process is starting ${deployment} from ${directory} at this moment`);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
