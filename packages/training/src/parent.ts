/**
 * A way to tell the process that started this one, where it opened a channel. A parent that is gone is no error: what ends the work then
 * is the stop signal.
 */
export function parentChannel(): ((message: object) => void) | undefined {
  const send = process.send?.bind(process);
  if (send === undefined) return undefined;
  return (message) => {
    if (process.connected) send(message, undefined, undefined, () => {}); // without a callback, an error would end the process
  };
}
