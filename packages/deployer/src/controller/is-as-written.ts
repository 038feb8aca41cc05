/**
 * Whether an object on the cluster has all that was written of it. What the API server and others have added beside it does not count;
 * lists are taken whole. False may also be told of what the server writes otherwise, such as `0.1` CPUs as `100m`: then it is applied once
 * more, which changes nothing.
 *
 * @example
 *     isAsWritten({ spec: { replicas: 1 } }, { spec: { replicas: 1, minReadySeconds: 0 }, status: {} })   // true
 */
export function isAsWritten(written: unknown, live: unknown): boolean {
  if (written === undefined) return true;
  if (Array.isArray(written) && written.length === 0 && live === undefined) return true; // the server leaves out what is empty
  if (Array.isArray(written))
    return Array.isArray(live) && written.length === live.length && written.every((each, at) => isAsWritten(each, live[at]));
  if (typeof written !== 'object' || written === null) return written === live;
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(written).every(([key, value]) => isAsWritten(value, (live as Record<string, unknown>)[key]));
}
