/** Everything that sections draw on. */
import { type Analysis, analyse } from './analysis.ts';
import { coverageOf, type MarketCoverage } from './coverage.ts';
import { type Execution, executionOf } from './execution.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Forecasts, forecastsOf } from './forecasts.ts';
import type { Likeness } from './likeness.ts';
import { loadRun, type RunData } from './load.ts';
import type { Trials } from './metrics/overfitting.ts';
import type { WorseReplays } from './sensitivity.ts';
import { type Warning, warningsOf } from './warnings.ts';

/** What a run does not tell by itself. */
export interface Beside {
  /** What else was tried before this strategy was chosen, if that is known. */
  readonly trials?: Trials;
  /** The run made again with one thing worse each time. */
  readonly replays?: WorseReplays;
  /** How alike it and another run were, if they were compared. */
  readonly likeness?: Likeness;
  /** What it is held against in a report of several runs: the first of them. */
  readonly baseline?: RunReport;
}

export interface RunReport extends Beside {
  readonly analysis: Analysis;
  readonly execution: Execution;
  readonly forecasts: Forecasts;
  readonly exposure: Exposure;
  readonly figures: Figures;
  readonly coverage: readonly MarketCoverage[];
  readonly warnings: readonly Warning[];
}

export async function readRunReport(folder: string, beside?: Beside): Promise<RunReport> {
  return reportOf(await loadRun(folder), beside);
}

export function reportOf(data: RunData, beside: Beside = {}): RunReport {
  const analysis = analyse(data);
  const parts = {
    analysis,
    execution: executionOf(analysis),
    forecasts: forecastsOf(analysis),
    exposure: exposureOf(analysis),
  };
  const figures = figuresOf(parts, beside.trials);
  const coverage = coverageOf(data);
  return { ...beside, ...parts, figures, coverage, warnings: warningsOf(analysis, figures, coverage) };
}
