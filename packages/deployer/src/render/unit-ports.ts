import type { GraphUnit } from '@switchyard/deployment';

export type UnitPorts = {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Where a runtime that takes TLS answers probes. */
  readonly probePort: number;
};

/** What the first container of a pod gets; the next ones one more each, as Seldon numbers them. */
const first = { http: 9000, grpc: 9500, probe: 9800 };

/**
 * The ports of a unit: those that the manifest says its container listens on (by the endpoint, or by a container's port called `http` or
 * `grpc`), else those of its container's place in the pod. An address elsewhere says nothing of the container.
 */
export function unitPorts(unit: GraphUnit, written: Readonly<Record<string, unknown>>, index: number): UnitPorts {
  const { host, httpPort, grpcPort } = unit.endpoint;
  const ports = (written['ports'] ?? []) as readonly { readonly name?: string; readonly containerPort?: number }[];
  const named = (name: string): number | undefined => ports.find((port) => port.name === name)?.containerPort;
  return {
    httpPort: (host === undefined ? httpPort : undefined) ?? named('http') ?? first.http + index,
    grpcPort: (host === undefined ? grpcPort : undefined) ?? named('grpc') ?? first.grpc + index,
    probePort: first.probe + index,
  };
}
