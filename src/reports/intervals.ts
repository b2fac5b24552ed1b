/** 95 % intervals of figures, by drawing sessions or events anew. */

import { groupBy } from '../market/group.ts';
import type { Analysis } from './analysis.ts';
import { type BootstrapInterval, bootstrapInterval, clusterInterval } from './metrics/bootstrap.ts';
import type { MetricKey } from './metrics/catalogue.ts';
import type { Metric } from './metrics/metric.ts';
import { total } from './metrics/moments.ts';

export function withInterval(metric: Metric, found: BootstrapInterval | undefined): Metric {
  if (metric.value === null || found === undefined) return metric;
  const { interval, discarded } = found;
  return { ...metric, interval, ...(discarded > 0 && { discarded }) };
}

/** By the stationary bootstrap, where there are ten sessions. */
export function bySessions(
  metric: Metric,
  values: readonly number[],
  figure: (resample: readonly number[]) => number | null,
  { manifest }: Analysis['data'],
  key: MetricKey,
): Metric {
  if (metric.value === null) return metric;
  return withInterval(metric, bootstrapInterval(values, figure, `${manifest.digest}/${key}`));
}

interface Parts {
  readonly worth: number;
  readonly units: number;
}

/** What belongs to one event is one bet: the items by event, each event as the sums of its items. */
function eventsOf<T extends { readonly instrument: string }>(
  items: readonly T[],
  partsOf: (item: T) => readonly [worth: number, units: number],
  { manifest }: Analysis['data'],
): Parts[] {
  const events = new Map(manifest.instruments.map(({ id, group }) => [id, group ?? id]));
  return [...groupBy(items, ({ instrument }) => events.get(instrument)).values()].map((each) => {
    const parts = each.map(partsOf);
    return { worth: total(parts.map(([worth]) => worth)), units: total(parts.map(([, units]) => units)) };
  });
}

const worthOf = (events: readonly Parts[]) => events.reduce((sum, { worth }) => sum + worth, 0);
const ratioOf = (events: readonly Parts[]) => worthOf(events) / events.reduce((sum, { units }) => sum + units, 0);

/** Of a sum of worths over a sum of units: whole events are drawn, where there are ten. */
export function byEvents<T extends { readonly instrument: string }>(
  metric: Metric,
  key: MetricKey,
  items: readonly T[],
  partsOf: (item: T) => readonly [worth: number, units: number],
  data: Analysis['data'],
): Metric {
  if (metric.value === null) return metric;
  return withInterval(
    metric,
    clusterInterval(eventsOf(items, partsOf, data), ratioOf, `${data.manifest.digest}/${key}`),
  );
}

/** Of a sum of worths. */
export function sumByEvents<T extends { readonly instrument: string }>(
  metric: Metric,
  key: MetricKey,
  items: readonly T[],
  worth: (item: T) => number,
  data: Analysis['data'],
): Metric {
  const events = eventsOf(items, (item) => [worth(item), 1], data);
  return withInterval(metric, clusterInterval(events, worthOf, `${data.manifest.digest}/${key}`));
}

/** Of a rate of winners among those that won or lost, beside Wilson's: only where several of these share an event. */
export function rateByEvents<T extends { readonly instrument: string; readonly net: bigint }>(
  metric: Metric,
  key: MetricKey,
  bets: readonly T[],
  data: Analysis['data'],
): Metric {
  const events = eventsOf(bets, ({ net }) => [net > 0n ? 1 : 0, 1], data);
  if (metric.value === null || events.length === bets.length) return metric;
  const found = clusterInterval(events, ratioOf, `${data.manifest.digest}/${key}/events`);
  return found ? { ...metric, eventInterval: found.interval } : metric;
}
