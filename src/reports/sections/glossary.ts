import { count, figure, reasons } from '../format.ts';
import { html, table } from '../markup.ts';
import { catalogue, type MetricKey, metricKeys } from '../metrics/catalogue.ts';
import type { Interval, Metric } from '../metrics/metric.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';

const reliabilities = { ok: 'ok', low: 'low', very_low: 'very low' } as const;

/** Every figure with its value and its definition. */
export function glossary({ analysis, figures }: RunReport): Section {
  const rows = metricKeys.map((key) => {
    const metric = figures[key];
    const { label, definition } = catalogue[key];
    return [
      html`${label}<br><span class="sub">${key}</span>`,
      html`<span class="${metric.reliability === 'very_low' || metric.value === null ? 'weak' : ''}">${figure(key, metric, analysis.currency)}</span>`,
      count(metric.n),
      remark(key, metric, analysis.currency),
      definition,
    ];
  });
  return {
    name: 'glossary',
    title: 'All figures and what they mean',
    html: html`${table(
      'Every figure of this page',
      [
        { title: 'Figure' },
        { title: 'Value', kind: 'figures' },
        { title: 'n', kind: 'figures' },
        { title: 'Reliability', kind: 'prose' },
        { title: 'Definition', kind: 'prose' },
      ],
      rows,
    )}<p class="note">Reliability: ok from 60 observations, low from 20, very low below. Sessions are ${analysis.calendar.name}; N = ${analysis.calendar.periodsPerYear} a year. Open positions are valued ${valuedAt(analysis.data.manifest.config.mark)}.</p>`,
    charts: [],
  };
}

function valuedAt(policy: unknown): string {
  switch (policy) {
    case 'last':
      return 'at the last trade';
    case 'conservative':
      return 'at what closing them would bring: bid for long, ask for short';
    case 'settlement':
      return 'at their outcome, and until it is known at the price of our own last trade';
    default:
      return 'at the mid price, rounded against us';
  }
}

function remark(
  key: MetricKey,
  { reason, reliability, interval, eventInterval, n }: Metric,
  currency: string | undefined,
): string {
  if (reason) return reasons[reason];
  const bound = (value: number) => figure(key, { value, n }, currency);
  const bounds = (of: Interval | undefined, by = '') => (of ? `${by}95%: ${bound(of[0])} to ${bound(of[1])}` : '');
  return [reliability ? reliabilities[reliability] : '', bounds(interval), bounds(eventInterval, 'by event ')]
    .filter((part) => part !== '')
    .join('; ');
}
