import { type EnvVar, variables } from './env.ts';
import type { RequestLogOptions } from './request-log-options.ts';

/** The variables of a router that logs requests; none where there is no place to log to. */
export function requestLogEnv({ url, unitUrl, token, ...how }: RequestLogOptions): EnvVar[] {
  if (url === '' && unitUrl === '') return [];
  const given = (text: string): string | undefined => (text === '' ? undefined : text);
  return [
    ...variables({
      SWITCHYARD_REQUEST_LOG_URL: given(url),
      REQUEST_LOGGER_DEFAULT_ENDPOINT: given(unitUrl),
      SWITCHYARD_REQUEST_LOG_MODE: how.mode,
      SWITCHYARD_REQUEST_LOG_SAMPLE: String(how.sample),
      SWITCHYARD_REQUEST_LOG_REDACT: given(how.redact),
      SWITCHYARD_REQUEST_LOG_BATCH: String(how.batch),
      SWITCHYARD_REQUEST_LOG_QUEUE: String(how.queue),
      SWITCHYARD_REQUEST_LOG_QUEUE_MB: String(how.queueMb),
      SWITCHYARD_REQUEST_LOG_TIMEOUT_MS: String(how.timeoutMs),
    }),
    ...(token === '' ? [] : [{ name: 'SWITCHYARD_REQUEST_LOG_TOKEN', valueFrom: token }]),
  ];
}
