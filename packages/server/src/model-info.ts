import { Gauge, type Registry } from 'prom-client';
import type { ModelSource } from './model-source.ts';

/** Tells by `switchyard_model_info` which version of a model serves and what computes it: 1 of that one, and nothing of any other. */
export function exposeModelInfo(registry: Registry, source: ModelSource): void {
  const info = new Gauge({
    name: 'switchyard_model_info',
    help: 'Always 1: the version that serves, and the backend that computes it.',
    labelNames: ['model', 'version', 'backend'],
    aggregator: 'first', // of several processes, too
    registers: [],
    collect() {
      this.reset();
      const serving = source.current();
      if (serving) this.set({ model: source.name, version: serving.version ?? '', backend: serving.model.facts?.['backend'] ?? '' }, 1);
    },
  });
  registry.registerMetric(info);
}
