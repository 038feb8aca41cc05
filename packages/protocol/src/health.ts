import { HealthCheckRequest, HealthCheckResponse, HealthListResponse } from './generated/messages.ts';
import { asBuffer } from './raw.ts';
import { decodeProto } from './wire-fields.ts';

const statuses = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

/** SERVICE_UNKNOWN is only an answer to Watch. */
export type HealthStatus = keyof typeof statuses;

/** Which service is asked after; '' is the server as a whole. @throws InferenceError INVALID_ARGUMENT */
export function decodeHealthCheck(bytes: Uint8Array): { readonly service: string } {
  return { service: decodeProto(HealthCheckRequest, bytes, 'grpc.health.v1.HealthCheckRequest').service ?? '' };
}

export function encodeHealthCheck(status: HealthStatus): Buffer {
  return asBuffer(HealthCheckResponse.encode({ status: statuses[status] }).finish());
}

export function encodeHealthList(services: Readonly<Record<string, HealthStatus>>): Buffer {
  const entries = Object.entries(services).map(([service, status]) => [service, { status: statuses[status] }]);
  return asBuffer(HealthListResponse.encode({ statuses: Object.fromEntries(entries) }).finish());
}
