import { UserError } from '@switchyard/config';

/**
 * Aborted when the work should end before its time: SIGINT, SIGTERM, or the death of the parent process that started this one with a
 * channel. Its reason is a UserError, so a trainer throws it as it is. A second signal ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string): void => controller.abort(new UserError(`stopped before the end: ${why}`));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop(name));
  if (process.channel) {
    process.once('disconnect', () => stop('the process that started this one is gone'));
    process.channel.unref(); // listening must not keep a finished trainer alive
  }
  return controller.signal;
}
