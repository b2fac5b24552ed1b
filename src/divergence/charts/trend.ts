/** Sessions in their order, and when they stopped being like each other. */
import { type Chart, type Dataset, rounded } from '../../reports/section.ts';
import { cusum, DECISION, type Ewma, ewma, SHEWHART_LIMIT, signalsOf, usualOf } from '../control.ts';
import type { AcrossSessions, SessionRow } from '../sessions.ts';
import { SESSIONS_MIN } from '../statistics.ts';
import { limitLines } from './agreement.ts';

/** Gap of each session; absent below two. */
export function gapTrend({ sessions }: AcrossSessions): Chart | undefined {
  return trendChart('trend', 'Gap of each session, with control limits', sessions, ({ gap }) => gap, 240);
}

/** The same of the score and of each class, small. */
export function smallTrends({ sessions, classes }: AcrossSessions): readonly Chart[] {
  return [
    trendChart('trend-score', 'Score', sessions, ({ score }) => score, 120),
    // Names of charts are numbers: those of classes come from files.
    ...classes.map(({ class: name }, i) =>
      trendChart(`trend-${i + 1}`, name, sessions, ({ classes: money }) => money[name] ?? 0, 120),
    ),
  ].filter((chart) => chart !== undefined);
}

const stateLegend = { columns: 3 };
const states = { inside: 'inside', beyond: 'beyond limits', signal: 'first drift' };

function trendChart(
  name: string,
  title: string,
  sessions: readonly SessionRow[],
  read: (session: SessionRow) => number | null,
  height: number,
): Chart | undefined {
  const known = sessions.flatMap((session, i) => {
    const value = read(session);
    return value === null ? [] : [{ value, number: i + 1, name: session.name }];
  });
  if (known.length < 2) return undefined;
  const values = known.map(({ value }) => value);
  const { center, sigma } = usualOf(values);
  const reach = SHEWHART_LIMIT * sigma;
  const signals = known.length < SESSIONS_MIN ? undefined : signalsOf(values);
  const stateOf = (value: number, i: number) => {
    if (i === signals?.cusum || i === signals?.ewma) return states.signal;
    return sigma > 0 && Math.abs(value - center) > reach ? states.beyond : states.inside;
  };
  const points = values.map(stateOf);
  return {
    name,
    title,
    description:
      'A session beyond the dashed limits, three sigmas from the median, is not like the others; a triangle is where CUSUM or EWMA first see a drift.',
    datasets: [
      {
        name,
        columns: {
          session: known.map(({ number }) => number),
          name: known.map((each) => each.name),
          value: values.map((value) => rounded(value, 6)),
          state: points,
        },
      },
      {
        name: `${name}-limits`,
        columns: {
          level: [center - reach, center, center + reach].map((level) => rounded(level, 6)),
          line: ['limit', 'center', 'limit'],
        },
      },
    ],
    spec: {
      width: 'container',
      height,
      layer: [
        {
          data: { name },
          mark: { type: 'line', color: 'var(--series-1)' },
          encoding: { x: sessionAxis, y: { field: 'value', type: 'quantitative', title: null } },
        },
        {
          data: { name },
          mark: { type: 'point', filled: true, opacity: 1, size: 55 },
          encoding: {
            x: sessionAxis,
            y: {
              field: 'value',
              type: 'quantitative',
              title: null,
              scale: { zero: false },
              axis: { tickCount: height / 30 },
            },
            color: {
              field: 'state',
              type: 'nominal',
              title: null,
              scale: { domain: Object.values(states), range: ['var(--series-1)', 'var(--loss)', 'var(--ask)'] },
              legend: points.every((state) => state === states.inside) ? null : stateLegend,
            },
            shape: {
              field: 'state',
              type: 'nominal',
              title: null,
              scale: { domain: Object.values(states), range: ['circle', 'diamond', 'triangle-up'] },
              legend: points.every((state) => state === states.inside) ? null : stateLegend,
            },
            tooltip: [
              { field: 'name', type: 'nominal', title: 'session' },
              { field: 'value', type: 'quantitative', format: '+,.4f' },
              { field: 'state', type: 'nominal' },
            ],
          },
        },
        { data: { name: `${name}-limits` }, ...limitLines },
      ],
    },
  };
}

const sessionAxis = {
  field: 'session',
  type: 'ordinal',
  title: 'session',
  axis: { labelAngle: 0, labelOverlap: true },
} as const;

/** What adds up of the gap, and its moving mean; from ten sessions on. */
export function driftCharts({ sessions, gap }: AcrossSessions): readonly Chart[] {
  if (!gap?.signals) return [];
  const gaps = sessions.map((session) => session.gap);
  const usual = usualOf(gaps);
  if (!(usual.sigma > 0)) return [];
  return [ewmaChart(ewma(gaps, usual), usual.center), cusumChart(gaps)];
}

function ewmaChart({ level, limit }: Ewma, center: number): Chart {
  const data: Dataset = {
    name: 'ewma',
    columns: {
      session: level.map((_, i) => i + 1),
      low: limit.map((reach) => rounded(center - reach, 6)),
      level: level.map((value) => rounded(value, 6)),
      high: limit.map((reach) => rounded(center + reach, 6)),
    },
  };
  const edge = (field: 'low' | 'high') => ({
    mark: { type: 'line' as const, interpolate: 'step' as const, strokeDash: [4, 3], color: 'var(--loss)' },
    encoding: { x: sessionAxis, y: { field, type: 'quantitative' as const, title: null } },
  });
  return {
    name: 'ewma',
    title: 'Moving mean of the gap (EWMA), with its limits',
    description: 'A fifth of each new gap and four fifths of what was before; beyond the dashed limits it has moved.',
    datasets: [data],
    spec: {
      width: 'container',
      height: 160,
      data: { name: 'ewma' },
      layer: [
        edge('low'),
        edge('high'),
        {
          mark: { type: 'line', point: { size: 40 }, color: 'var(--series-1)' },
          encoding: {
            x: sessionAxis,
            y: { field: 'level', type: 'quantitative', title: null },
            tooltip: (['session', 'level', 'low', 'high'] as const).map((field) => ({ field, type: 'quantitative' })),
          },
        },
      ],
    },
  };
}

function cusumChart(gaps: readonly number[]): Chart {
  const { upper, lower } = cusum(gaps, usualOf(gaps));
  const arms = ['above', 'below'] as const;
  return {
    name: 'cusum',
    title: 'What adds up of the gap beyond half a sigma (CUSUM), in sigmas',
    description: 'Sums of what lies above and below the median; beyond the dashed limits of five sigmas it has moved.',
    datasets: [
      {
        name: 'cusum',
        columns: {
          session: arms.flatMap(() => gaps.map((_, i) => i + 1)),
          arm: arms.flatMap((arm) => gaps.map(() => arm)),
          sum: [...upper, ...lower].map((sum) => rounded(sum, 4)),
        },
      },
      { name: 'cusum-limits', columns: { level: [-DECISION, 0, DECISION], line: ['limit', 'center', 'limit'] } },
    ],
    spec: {
      width: 'container',
      height: 160,
      layer: [
        {
          data: { name: 'cusum' },
          mark: { type: 'line', point: { size: 45, filled: true } },
          encoding: {
            x: sessionAxis,
            y: { field: 'sum', type: 'quantitative', title: null },
            color: {
              field: 'arm',
              type: 'nominal',
              title: null,
              scale: { domain: [...arms], range: ['var(--series-1)', 'var(--ask)'] },
            },
            shape: {
              field: 'arm',
              type: 'nominal',
              title: null,
              scale: { domain: [...arms], range: ['triangle-up', 'triangle-down'] },
            },
            tooltip: [
              { field: 'session', type: 'ordinal' },
              { field: 'arm', type: 'nominal' },
              { field: 'sum', type: 'quantitative' },
            ],
          },
        },
        { data: { name: 'cusum-limits' }, ...limitLines },
      ],
    },
  };
}
