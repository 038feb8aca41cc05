import type { GraphUnit, PredictorSpec } from '@switchyard/deployment';
import type { UnitLabels } from '@switchyard/server';
import type { GraphOptions } from './graph-options.ts';
import { grpcTransport } from './grpc-transport.ts';
import { restTransport } from './rest-transport.ts';
import { tracedTransport } from './traced-transport.ts';
import type { Transport } from './transport.ts';
import { openAccess } from './unit-access.ts';

/** Seldon gives the containers of a pod these ports in their order, unless the manifest says otherwise. */
const firstPort = { REST: 9000, GRPC: 9500 };

/** The way to a unit that runs in a server of its own. */
export function connect(unit: GraphUnit, labels: UnitLabels, context: { predictor: PredictorSpec; options: GraphOptions }): Transport {
  const { metrics, timeoutMs = 60_000, maxConnections = 64, maxBodyBytes = 64 * 1024 ** 2 } = context.options;
  const { type, host = '127.0.0.1' } = unit.endpoint;
  const index = context.predictor.containers.findIndex((container) => container.name === unit.container?.name);
  const given = type === 'REST' ? unit.endpoint.httpPort : unit.endpoint.grpcPort;
  const address = `${host.includes(':') ? `[${host}]` : host}:${given ?? firstPort[type] + Math.max(index, 0)}`;
  const access = context.options.access?.(unit.name) ?? openAccess;
  const options = {
    access,
    timeoutMs,
    maxConnections,
    maxBodyBytes,
    observe: (service: string, method: string, code: string, seconds: number) =>
      metrics?.observeClient(labels, service, method, code, seconds),
  };
  const transport =
    type === 'REST'
      ? restTransport({ unit: unit.name, address: `http${access.tls ? 's' : ''}://${address}`, type: unit.type }, options)
      : grpcTransport({ unit: unit.name, address, type: unit.type }, options);
  const { telemetry } = context.options;
  return telemetry?.tracer ? tracedTransport(transport, { tracer: telemetry.tracer, unit, host, address }) : transport;
}
