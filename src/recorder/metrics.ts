import { Gauge, Registry } from 'prom-client';

/** Name without its prefix, what it is, and its value; NaN where there is none. */
export type Metric<Status> = readonly [name: string, help: string, value: (status: Status) => number];

/** What Prometheus reads of a status. Totals are gauges too, because they are read, not counted here. */
export class Metrics<Status> {
  readonly #registry = new Registry();
  readonly #gauges: readonly { readonly gauge: Gauge; readonly value: (status: Status) => number }[];

  constructor(prefix: string, metrics: readonly Metric<Status>[]) {
    this.#gauges = metrics.map(([name, help, value]) => ({
      gauge: new Gauge({ name: `${prefix}_${name}`, help, registers: [this.#registry] }),
      value,
    }));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(status: Status): Promise<string> {
    for (const { gauge, value } of this.#gauges) gauge.set(value(status));
    return this.#registry.metrics();
  }
}
