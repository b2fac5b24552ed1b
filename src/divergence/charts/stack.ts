import { moneyToNumber } from '../../market/units.ts';
import { timeAxis, timeText, timeTooltip } from '../../reports/axes.ts';
import { type Chart, rounded } from '../../reports/section.ts';
import type { Divergence } from '../divergence.ts';
import { familyColor, familyOf } from './families.ts';

/** Moments that are drawn, of each family. */
const MOMENTS_MAX = 300;

/** The gap as it grew, by family of classes; absent without one. */
export function stackChart({ parts }: Divergence): Chart | undefined {
  if (parts.length === 0) return undefined;
  const ordered = [...parts].sort((a, b) => a.at - b.at);
  const names = [...new Set(ordered.map((part) => familyOf(part.class)))].sort();
  const moments = [...new Set(ordered.map(({ at }) => at))];
  const every = Math.ceil(moments.length / MOMENTS_MAX);
  const drawn = new Set(moments.filter((_, i) => i % every === every - 1 || i === moments.length - 1));
  const sums = new Map(names.map((name) => [name, 0n]));
  const columns: { time: number[]; family: string[]; money: number[] } = { time: [], family: [], money: [] };
  const add = (at: number) => {
    for (const name of names) {
      columns.time.push(at / 1000);
      columns.family.push(name);
      columns.money.push(rounded(moneyToNumber(sums.get(name) ?? 0n), 6));
    }
  };
  add(ordered[0].at - 1);
  for (const [i, part] of ordered.entries()) {
    const name = familyOf(part.class);
    sums.set(name, (sums.get(name) ?? 0n) + part.money);
    if (drawn.has(part.at) && part.at !== ordered[i + 1]?.at) add(part.at);
  }
  return {
    name: 'stack',
    title: 'The gap as it grew, by what differs',
    description:
      'Areas stacked from zero, gains above and losses below; at the time of the decision behind each difference.',
    datasets: [{ name: 'stack', columns }],
    spec: {
      width: 'container',
      height: 220,
      data: { name: 'stack' },
      transform: [timeText],
      mark: { type: 'area', interpolate: 'step-after', opacity: 0.75 },
      encoding: {
        x: timeAxis,
        y: { field: 'money', type: 'quantitative', title: null, stack: 'zero' },
        color: familyColor,
        tooltip: [
          timeTooltip,
          { field: 'family', type: 'nominal' },
          { field: 'money', type: 'quantitative', format: '+,.4f' },
        ],
      },
    },
  };
}
