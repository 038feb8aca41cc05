/** When the user or the system wants us to end. */
export type Stop = { readonly signal: AbortSignal; readonly promise: Promise<string>; dispose(): void };

/** One request to end can come more than once: to the whole process group, and again from each process between it and us. */
const sameRequestMs = 1000;

/**
 * Hears Ctrl-C, SIGTERM, SIGHUP and the death of the process that started us with a channel.
 * `now` is called on a second Ctrl-C: whoever presses it again does not want to wait.
 */
export function listenForStop(now: () => void): Stop {
  const controller = new AbortController();
  const asked = Promise.withResolvers<string>();
  let askedAt = 0;
  const stop = (why: string): void => {
    if (controller.signal.aborted) {
      if (performance.now() - askedAt > sameRequestMs) now();
      return;
    }
    askedAt = performance.now();
    controller.abort(new StoppedError(why));
    asked.resolve(why);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const handlers = signals.map((signal) => [signal, () => stop(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const gone = (): void => {
    if (!controller.signal.aborted) stop('the process that started us is gone');
  };
  process.on('disconnect', gone);
  process.channel?.unref(); // to hear of its end must not keep us from ours
  return {
    signal: controller.signal,
    promise: asked.promise,
    dispose() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      process.off('disconnect', gone);
    },
  };
}

export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}
