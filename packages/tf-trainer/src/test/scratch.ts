import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { readSettings } from '@switchyard/config';
import { settings, type TrainerValues } from '../settings.ts';

/** A folder that goes when the tests of the file are through, and settings as flags give them, with a store in it. */
export async function scratch(): Promise<{ folder: string; values: (...flags: string[]) => TrainerValues }> {
  const folder = await mkdtemp(join(tmpdir(), 'tf-trainer-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { folder, values: (...flags) => readSettings(settings, { argv: ['--store', join(folder, 'store'), ...flags], env: {} }) };
}
