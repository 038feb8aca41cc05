import { Gauge, type Registry } from 'prom-client';

/** Figures of its own that a component has read when it is scraped, by their names in Prometheus. */
export type Gauges = Readonly<Record<string, { readonly help: string; read(): number }>>;

export function exposeGauges(registry: Registry, gauges: Gauges): void {
  for (const [name, { help, read }] of Object.entries(gauges)) {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
    registry.registerMetric(gauge);
  }
}
