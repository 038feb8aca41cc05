import type { Duration, ModelStatistics } from '@switchyard/protocol';
import type { Registry } from 'prom-client';
import { exposeGauges } from './gauges.ts';
import type { InferenceStatistics } from './inference-statistics.ts';
import { expose } from './metric-children.ts';
import type { Admission } from './work.ts';

const microseconds = (duration: Duration | undefined): number => (duration?.nanoseconds ?? 0) / 1000;

/** Of the statistics of a version, what Triton has as counters, by its names for them. */
const counters: Readonly<Record<string, readonly [help: string, read: (statistics: ModelStatistics) => number]>> = {
  nv_inference_request_success: ['Requests answered.', ({ success }) => success.count],
  nv_inference_request_failure: ['Requests refused or failed.', ({ fail }) => fail.count],
  nv_inference_count: ['Rows answered.', ({ inferences }) => inferences],
  nv_inference_exec_count: ['Calls of the model.', ({ executions }) => executions],
  nv_inference_request_duration_us: ['Time of requests answered, in microseconds.', ({ success }) => microseconds(success)],
  nv_inference_queue_duration_us: ['Time that they waited for a call of the model.', ({ parts }) => microseconds(parts?.queue)],
  nv_inference_compute_input_duration_us: ['Time of checking and converting them.', ({ parts }) => microseconds(parts?.input)],
  nv_inference_compute_infer_duration_us: [
    'Time of the calls that answered them; of a graph, all of their time.',
    ({ parts, success }) => microseconds(parts?.infer ?? success),
  ],
  nv_inference_compute_output_duration_us: ['Time of checking what the model gave.', ({ parts }) => microseconds(parts?.output)],
};

/** The counters of `/v2/models/<model>/stats` for Prometheus, as Triton names them; they cost nothing but when they are scraped. */
export function exposeStatistics(registry: Registry, statistics: InferenceStatistics): void {
  for (const [name, [help, read]] of Object.entries(counters)) {
    expose(registry, { name, help, type: 'counter' }, () =>
      statistics().map((each) => ({ value: read(each), labels: { model: each.name, version: each.version } })),
    );
  }
}

/** What is under way, by which one sees that a server nears its limits. */
export function exposeAdmission(registry: Registry, admission: Admission): void {
  exposeGauges(registry, {
    switchyard_requests_in_flight: { help: 'Requests under way, as --max-concurrent counts them.', read: () => admission.inFlight },
    switchyard_pending_bytes: {
      help: 'Bytes of the bodies of requests under way, as --max-pending-mb counts them.',
      read: () => admission.pendingBytes,
    },
  });
}
