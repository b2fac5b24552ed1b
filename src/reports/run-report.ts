/** Everything that sections draw on. */
import { type Analysis, analyse } from './analysis.ts';
import { coverageOf, type MarketCoverage } from './coverage.ts';
import { type Execution, executionOf } from './execution.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Forecasts, forecastsOf } from './forecasts.ts';
import { loadRun, type RunData } from './load.ts';
import type { Trials } from './metrics/overfitting.ts';
import { type Warning, warningsOf } from './warnings.ts';

export interface RunReport {
  readonly analysis: Analysis;
  readonly execution: Execution;
  readonly forecasts: Forecasts;
  readonly exposure: Exposure;
  readonly figures: Figures;
  readonly coverage: readonly MarketCoverage[];
  readonly warnings: readonly Warning[];
  readonly trials: Trials | undefined;
}

/** `trials`: what else was tried before this strategy was chosen, if that is known. */
export async function readRunReport(folder: string, trials?: Trials): Promise<RunReport> {
  return reportOf(await loadRun(folder), trials);
}

export function reportOf(data: RunData, trials?: Trials): RunReport {
  const analysis = analyse(data);
  const parts = {
    analysis,
    execution: executionOf(analysis),
    forecasts: forecastsOf(analysis),
    exposure: exposureOf(analysis),
  };
  const figures = figuresOf(parts, trials);
  const coverage = coverageOf(data);
  return { ...parts, figures, coverage, warnings: warningsOf(analysis, figures, coverage), trials };
}
