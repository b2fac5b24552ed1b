import { moneyToNumber } from '../../market/units.ts';
import { amountAxis } from '../../reports/axes.ts';
import { type Chart, rounded } from '../../reports/section.ts';
import { type Divergence, totalsOf } from '../divergence.ts';

/** From the other result through the parts to the one result. */
export function waterfallChart({ ledger, parts }: Divergence): Chart {
  const [one, other] = ledger.results.map(moneyToNumber);
  const bars = [{ step: 'other', from: 0, to: other, change: other, kind: 'result' }];
  let level = other;
  for (const { class: name, money } of totalsOf(parts, 'class')) {
    const change = moneyToNumber(money);
    bars.push({ step: name, from: level, to: level + change, change, kind: change < 0 ? 'loss' : 'gain' });
    level += change;
  }
  bars.push({ step: 'one', from: 0, to: one, change: one, kind: 'result' });
  return {
    name: 'waterfall',
    title: 'From the other result, through what differs, to the one result',
    description: 'Bars that begin where the one before ended; largest part first.',
    datasets: [
      {
        name: 'waterfall',
        columns: {
          step: bars.map(({ step }) => step),
          from: bars.map(({ from }) => rounded(from, 6)),
          to: bars.map(({ to }) => rounded(to, 6)),
          change: bars.map(({ change }) => rounded(change, 6)),
          kind: bars.map(({ kind }) => kind),
        },
      },
    ],
    spec: {
      width: 'container',
      height: bars.length * 24,
      data: { name: 'waterfall' },
      mark: { type: 'bar', height: { band: 0.65 } },
      encoding: {
        y: { field: 'step', type: 'nominal', title: null, scale: { domain: bars.map(({ step }) => step) } },
        x: { field: 'from', type: 'quantitative', title: null, axis: amountAxis },
        x2: { field: 'to' },
        color: {
          field: 'kind',
          type: 'nominal',
          legend: null,
          scale: { domain: ['result', 'gain', 'loss'], range: ['var(--series-1)', 'var(--gain)', 'var(--loss)'] },
        },
        tooltip: [
          { field: 'step', type: 'nominal', title: 'part' },
          { field: 'change', type: 'quantitative', title: 'money', format: '+,.4f' },
        ],
      },
    },
  };
}
