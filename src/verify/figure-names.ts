import { catalogue } from '../reports/metrics/catalogue.ts';
import { divergenceKeys } from './divergence-figures.ts';
import type { Case } from './suite.ts';

/** A mistyped name would never fail. */
export function checkFigures({ budgets, metrics = {} }: Pick<Case, 'budgets' | 'metrics'>): void {
  const figures = Object.keys(catalogue);
  const ofBudgets = Object.keys(budgets).filter((key) => !divergenceKeys.includes(key));
  for (const key of [...ofBudgets, ...Object.keys(metrics)]) {
    if (key in catalogue) continue;
    const near = [...figures, ...(key in budgets ? divergenceKeys : [])].filter(
      (known) => known.split('.')[0] === key.split('.')[0],
    );
    const there = near.length > 0 ? near : [...new Set(figures.map((known) => known.split('.')[0]))];
    throw new Error(`no figure is called ${key}; there are ${there.join(', ')}`);
  }
}
