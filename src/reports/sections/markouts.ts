import type { TopLevelSpec } from 'vega-lite';
import { type Execution, type Horizon, horizons } from '../execution.ts';
import { type Chart, rounded } from '../section.ts';

export const horizonNames: Readonly<Record<Horizon, string>> = {
  '0': 'at once',
  '1s': '1 s',
  '10s': '10 s',
  '60s': '60 s',
  close: 'close',
};

/** A fan: what a unit had gained by each horizon, makers and takers apart, with their intervals as bands. */
export function markoutChart({ markouts }: Execution, unit: string): Chart | undefined {
  const rows = markouts.filter(({ liquidity, markout }) => liquidity !== 'all' && markout.value !== null);
  if (rows.length === 0) return undefined;
  const shown = (value: number | null | undefined) => (value == null ? null : rounded(value, 6));
  const columns = {
    after: rows.map(({ horizon }) => horizonNames[horizon]),
    fills: rows.map(({ liquidity }) => liquidity),
    markout: rows.map(({ markout }) => shown(markout.value)),
    low: rows.map(({ markout }) => shown(markout.interval?.[0])),
    high: rows.map(({ markout }) => shown(markout.interval?.[1])),
    n: rows.map(({ markout }) => markout.n),
  };
  return {
    name: 'markouts',
    title: `What a unit had gained after its fill, ${unit}, with 95 % bands`,
    description: 'From the fill to the end of the session; above 0 is good. Makers round, takers square.',
    datasets: [{ name: 'markouts', columns }],
    spec,
  };
}

const color = {
  field: 'fills',
  type: 'nominal',
  title: null,
  scale: { domain: ['maker', 'taker'], range: ['var(--maker)', 'var(--taker)'] },
  // Not that of the bands.
  legend: { symbolOpacity: 1 },
} as const;

const spec: TopLevelSpec = {
  width: 'container',
  height: 190,
  data: { name: 'markouts' },
  encoding: {
    x: {
      field: 'after',
      type: 'ordinal',
      title: null,
      scale: { domain: horizons.map((horizon) => horizonNames[horizon]) },
      axis: { labelAngle: 0, labelOverlap: true },
    },
  },
  layer: [
    { mark: { type: 'rule', color: 'var(--strong)' }, encoding: { y: { datum: 0 } } },
    {
      transform: [{ filter: 'datum.low != null' }],
      mark: { type: 'area', opacity: 0.15 },
      encoding: { y: { field: 'low', type: 'quantitative', title: null }, y2: { field: 'high' }, color },
    },
    {
      mark: { type: 'line', strokeWidth: 1.5 },
      encoding: { y: { field: 'markout', type: 'quantitative', title: null }, color },
    },
    {
      mark: { type: 'point', filled: true, size: 55, opacity: 1 },
      encoding: {
        y: { field: 'markout', type: 'quantitative' },
        color,
        shape: { ...color, scale: { domain: ['maker', 'taker'], range: ['circle', 'square'] } },
        tooltip: [
          { field: 'after', type: 'nominal' },
          { field: 'fills', type: 'nominal' },
          { field: 'markout', type: 'quantitative', format: '+,.5f' },
          { field: 'low', type: 'quantitative', title: '95% from', format: '+,.5f' },
          { field: 'high', type: 'quantitative', title: 'to', format: '+,.5f' },
          { field: 'n', type: 'quantitative', format: ',d' },
        ],
      },
    },
  ],
};
