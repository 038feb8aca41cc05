#!/usr/bin/env node
import { program } from './commands/program.ts';
import { reportError } from './commands/report-error.ts';

process.stdout.on('error', () => {}); // whoever read us is gone
try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.argv.includes('--json'));
}
