import { moneyToNumber } from '../../market/units.ts';
import { type Chart, rounded } from '../../reports/section.ts';
import type { Ladder } from '../ladder.ts';

/** Class of the ledger by cause of the ladder: the whole gap, cell by cell. */
export function matrixChart({ steps }: Ladder): Chart {
  const cells = steps.flatMap(({ cause, classes }) =>
    classes.map(({ class: name, money }) => ({ cause, name, money: moneyToNumber(money) })),
  );
  const most = Math.max(1e-9, ...cells.map(({ money }) => Math.abs(money)));
  const names = [...new Set(cells.map(({ name }) => name))];
  return {
    name: 'matrix',
    title: 'What differs, by what caused it',
    description: 'Rows are classes, columns causes; the cells add up to the gap.',
    datasets: [
      {
        name: 'matrix',
        columns: {
          cause: cells.map(({ cause }) => cause),
          class: cells.map(({ name }) => name),
          money: cells.map(({ money }) => rounded(money, 6)),
          share: cells.map(({ money }) => rounded(Math.abs(money) / most, 4)),
        },
      },
    ],
    spec: {
      width: 'container',
      height: Math.max(1, names.length) * 26,
      data: { name: 'matrix' },
      encoding: {
        x: {
          field: 'cause',
          type: 'nominal',
          title: null,
          scale: { domain: steps.map(({ cause }) => cause) },
          axis: { orient: 'top', labelAngle: 0 },
        },
        y: { field: 'class', type: 'nominal', title: null, scale: { domain: names } },
        tooltip: [
          { field: 'class', type: 'nominal' },
          { field: 'cause', type: 'nominal' },
          { field: 'money', type: 'quantitative', format: '+,.4f' },
        ],
      },
      layer: [
        {
          mark: 'rect',
          encoding: {
            color: { condition: { test: 'datum.money < 0', value: 'var(--loss)' }, value: 'var(--gain)' },
            opacity: {
              field: 'share',
              type: 'quantitative',
              legend: null,
              scale: { domain: [0, 1], range: [0.08, 0.55] },
            },
          },
        },
        {
          mark: { type: 'text', color: 'var(--text)', fontSize: 11 },
          encoding: { text: { field: 'money', type: 'quantitative', format: '+,.2f' } },
        },
      ],
    },
  };
}
