/** Parts that charts have in common. */
import type { TopLevelSpec } from 'vega-lite';

/** Times are in UTC wherever the page is read; as many labels as there is room for. */
export const timeAxis = {
  field: 'time',
  type: 'temporal',
  title: null,
  scale: { type: 'utc' },
  axis: {
    tickCount: { signal: 'max(3, floor(width / 80))' },
    labelOverlap: true,
    labelBound: true,
    // Of the day alone where it begins, of the hour within it: 24 hours, not 12.
    format: { year: '%b %Y', month: '%b %d', date: '%b %d', hours: '%H:%M', minutes: '%H:%M', seconds: '%H:%M:%S' },
  },
} as const;

/** Names of markets differ at their end, so that is what a narrow page keeps of them. */
export const nameLabels = {
  labelExpr: "containerSize()[0] < 560 && length(datum.label) > 17 ? '\u2026' + slice(datum.label, -16) : datum.label",
} as const;

/** Amounts along the bottom of bars. */
export const amountAxis = { grid: true, tickCount: { signal: 'max(3, floor(width / 80))' } } as const;

/** Seconds that people know, up to 30 days. */
const knownSeconds = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000];

/** Lengths of time, in seconds above 0, on a logarithmic scale that begins and ends at round ones. */
export function durationAxis(seconds: readonly number[]) {
  const [low, high] = [Math.min(...seconds), Math.max(...seconds)];
  const first = knownSeconds.findLastIndex((known) => known <= low);
  const last = knownSeconds.findIndex((known) => known >= high && known > low);
  const values = knownSeconds.slice(Math.max(0, first), last < 0 ? undefined : last + 1);
  return {
    type: 'quantitative',
    title: null,
    scale: {
      type: 'log',
      domain: [values[0], Math.max(high, values[values.length - 1])] as [number, number],
      nice: false,
    },
    axis: {
      values,
      grid: true,
      labelOverlap: true,
      labelSeparation: 8,
      labelBound: true,
      labelExpr:
        "datum.value < 0.001 ? format(datum.value * 1e6, '.0f') + ' µs' : datum.value < 1 ? format(datum.value * 1000, '.0f') + ' ms' : datum.value < 60 ? datum.value + ' s' : datum.value < 3600 ? datum.value / 60 + ' min' : datum.value < 86400 ? datum.value / 3600 + ' h' : datum.value / 86400 + ' d'",
    },
  } as const;
}

/** The time as text, for `timeTooltip`. */
export const timeText = { calculate: "utcFormat(datum.time, '%Y-%m-%d %H:%M:%S')", as: 'when' } as const;
export const timeTooltip = { field: 'when', type: 'nominal', title: 'time (UTC)' } as const;

/** Drag moves the picture and the wheel zooms with Ctrl held, so that the page can still be scrolled over it. */
export const zoomable = {
  name: 'zoom',
  select: {
    type: 'interval',
    encodings: ['x', 'y'] as ('x' | 'y')[],
    translate: "[pointerdown[event.pointerType != 'touch'], window:pointerup] > window:pointermove!",
    zoom: 'wheel![event.ctrlKey || event.metaKey]',
  },
  bind: 'scales',
} as const;

/** Selects the point whose time is nearest to the pointer. */
export const nearestInTime = {
  name: 'near',
  select: { type: 'point', nearest: true, on: 'pointerover', clear: 'pointerout', encodings: ['x'] as ['x'] },
} as const;
export const onlyNearest = { condition: { param: 'near', empty: false, value: 1 }, value: 0 } as const;

/**
 * Colours are variables of the page: charts follow its light, dark and print colours at once, without being drawn
 * again.
 */
export const chartConfig: TopLevelSpec['config'] = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  padding: { left: 0, right: 4, top: 4, bottom: 4 },
  view: { stroke: null },
  axis: {
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    gridColor: 'var(--line)',
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelLimit: 300,
  },
  legend: {
    orient: 'top',
    labelColor: 'var(--text)',
    labelFontSize: 11,
    symbolStrokeWidth: 2,
    padding: 0,
    offset: 6,
  },
  axisX: { grid: false },
  // Charts with the same axis of time below each other begin at the same place.
  axisY: { domain: false, ticks: false, minExtent: 54 },
};
