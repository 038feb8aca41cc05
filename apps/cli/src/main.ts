#!/usr/bin/env node
import { program } from './program.ts';
import { reportError } from './report-error.ts';

process.stdout.on('error', () => {}); // whoever read us is gone; what runs is still to be ended in order
try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
