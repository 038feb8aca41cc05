// Preloaded into the trainer: says at its end how much memory it had at most.
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) process.on('exit', () => writeSync(2, `peak resident ${process.resourceUsage().maxRSS / 1024} MiB\n`));
