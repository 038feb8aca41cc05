import type { Values } from '@switchyard/config';
import { requestLogSettings } from './request-log/request-log-settings.ts';
import { traceSettings } from './traces/trace-settings.ts';

/** All that a server is told of what it tells to others. */
export const telemetrySettings = { ...requestLogSettings, ...traceSettings };

export type TelemetryValues = Values<typeof telemetrySettings>;
