/** What budgets may limit of the divergence between the expected run and the one that came out. */
import { compareFolders } from '../divergence/compare.ts';
import { divergenceClasses } from '../divergence/ledger.ts';
import { summarise } from '../divergence/summary.ts';
import type { Case } from './suite.ts';

/** By key; null: the two cannot be compared. */
export type DivergenceFigures = Readonly<Record<string, number | null>>;

const losses = divergenceClasses.map((name) => `divergence.loss.${name}`);

/** score: 0 to 100 · gap: dollars, positive where the expected run earned more · loss: its part in a class, signed alike. */
export const divergenceKeys: readonly string[] = ['divergence.score', 'divergence.gap', ...losses];

export function wantsDivergence({ budgets }: Case): boolean {
  return Object.keys(budgets).some((key) => divergenceKeys.includes(key));
}

/** Of a run that is as expected, to the bit. */
export const noDivergence: DivergenceFigures = Object.fromEntries(
  divergenceKeys.map((key) => [key, key === 'divergence.score' ? 100 : 0]),
);

/** Of two folders of runs. */
export async function divergenceFigures(expected: string, found: string): Promise<DivergenceFigures> {
  const comparison = await compareFolders({ one: expected, other: found, tapes: [], strategies: [], settlements: [] });
  const { score, results, classes } = summarise(comparison);
  return {
    ...noDivergence,
    'divergence.score': score.value,
    'divergence.gap': Number(results.gap),
    ...Object.fromEntries(classes.map(({ class: name, money }) => [`divergence.loss.${name}`, Number(money)])),
  };
}
