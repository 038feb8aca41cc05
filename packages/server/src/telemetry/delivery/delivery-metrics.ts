import { Counter, Gauge, type Registry } from 'prom-client';
import { predictorLabels, type Identity } from '../../identity.ts';
import type { EventQueue } from './event-queue.ts';
import type { DropReason } from './event-sender.ts';

/** The figures of one way to a sink. */
export type DeliveryMetrics = { sent(count: number): void; dropped(count: number, reason: DropReason): void };

/**
 * The figures of all ways of one kind by which a process sends, by `sink`, the address:
 *
 *     switchyard_request_log_sent_total{…, sink="http://log.example/"} 7
 *     switchyard_request_log_dropped_total{…, sink="http://log.example/", reason="full"} 3
 *     switchyard_request_log_queued{…, sink="http://log.example/"} 10
 */
export function deliveryMetrics(
  registry: Registry,
  identity: Identity,
  { prefix, what, bytes = false }: { readonly prefix: string; readonly what: string; readonly bytes?: boolean },
): (sink: string, queue: EventQueue<unknown>) => DeliveryMetrics {
  const own = predictorLabels(identity);
  const registers = [registry];
  const labelNames = [...Object.keys(own), 'sink'];
  const queues = new Map<string, EventQueue<unknown>>();
  const sent = new Counter({ name: `${prefix}_sent_total`, help: `${what} that the sink took.`, labelNames, registers });
  const dropped = new Counter({
    name: `${prefix}_dropped_total`,
    help: `${what} that were given up: the queue was full, the sink refused or failed, the process ended.`,
    labelNames: [...labelNames, 'reason'],
    registers,
  });
  const gauge = (name: string, help: string, value: (queue: EventQueue<unknown>) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const [sink, queue] of queues) this.set({ ...own, sink }, value(queue));
      },
    });
  gauge(`${prefix}_queued`, `${what} that wait for the sink.`, ({ held }) => held);
  if (bytes) gauge(`${prefix}_queued_bytes`, 'Their bytes.', ({ bytes }) => bytes);
  return (sink, queue) => {
    queues.set(sink, queue);
    const labels = { ...own, sink };
    const reasons: readonly DropReason[] = ['full', 'refused', 'failed', 'closed'];
    const children = Object.fromEntries(reasons.map((reason) => [reason, dropped.labels({ ...labels, reason })]));
    const taken = sent.labels(labels);
    return { sent: (count) => taken.inc(count), dropped: (count, reason) => children[reason]?.inc(count) };
  };
}
