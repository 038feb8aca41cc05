import { chmodSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** The time of every file in an image: a file's own time would make each build another image. */
export const fileTime = new Date(0);

/** Gives all in a folder, and it, one time and the modes 755 and 644. */
export function settleTimes(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      settleTimes(path);
    } else {
      chmodSync(path, 0o644);
      utimesSync(path, fileTime, fileTime);
    }
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, fileTime, fileTime);
}
