import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from './count.ts';

/**
 * Runs vitest with a report beside what it shows: its exit code, and the report unless it died before.
 *
 * @param run starts vitest with these flags.
 */
export async function withReport(run: (flags: readonly string[]) => Promise<number>): Promise<[code: number, report: Report | undefined]> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-check-'));
  const file = join(directory, 'report.json');
  try {
    const code = await run(['--reporter=json', `--outputFile.json=${file}`]);
    return [code, existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : undefined];
  } finally {
    rmSync(directory, { recursive: true });
  }
}
