/** Everything that sections draw on. */
import { type Analysis, analyse } from './analysis.ts';
import { coverageOf, type MarketCoverage } from './coverage.ts';
import { type Figures, figuresOf } from './figures.ts';
import { loadRun } from './load.ts';
import { type Warning, warningsOf } from './warnings.ts';

export interface RunReport {
  readonly analysis: Analysis;
  readonly figures: Figures;
  readonly coverage: readonly MarketCoverage[];
  readonly warnings: readonly Warning[];
}

export async function readRunReport(folder: string): Promise<RunReport> {
  const data = await loadRun(folder);
  const analysis = analyse(data);
  const figures = figuresOf(analysis);
  const coverage = coverageOf(data);
  return { analysis, figures, coverage, warnings: warningsOf(analysis, figures, coverage) };
}
