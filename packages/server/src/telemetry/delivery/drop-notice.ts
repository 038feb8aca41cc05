import type { Logger } from '../../log.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import type { DropReason } from './event-sender.ts';

const quiet = 60_000;

/** Counts what is dropped, and says so in the log, once a minute at most. */
export function dropNotice(
  metrics: DeliveryMetrics,
  log: Logger,
  { sink, message }: { readonly sink: string; readonly message: string },
): (count: number, reason: DropReason, why: string) => void {
  let told = -Infinity;
  return (count, reason, why) => {
    metrics.dropped(count, reason);
    if (performance.now() - told < quiet) return;
    told = performance.now();
    log.warn({ sink, reason, why }, message);
  };
}
