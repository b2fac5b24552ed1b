/** All figures of a run, by key. */
import type { Analysis } from './analysis.ts';
import type { Execution } from './execution.ts';
import type { Exposure } from './exposure.ts';
import type { Forecasts } from './forecasts.ts';
import { type MetricKey, metricKeys } from './metrics/catalogue.ts';
import { type Metric, missing } from './metrics/metric.ts';
import type { Trials } from './metrics/overfitting.ts';
import { drawdownFigures, pnlFigures, returnFigures } from './result-figures.ts';
import { activityFigures, marketFigures, tradeFigures, tripFigures } from './trade-figures.ts';
import { executionFigures, exposureFigures, forecastFigures, latencyFigures } from './trading-figures.ts';

export type Figures = Readonly<Record<MetricKey, Metric>>;

/** What figures are taken from. */
export interface FigureSources {
  readonly analysis: Analysis;
  readonly execution: Execution;
  readonly forecasts: Forecasts;
  readonly exposure: Exposure;
}

export function figuresOf(sources: FigureSources, trials?: Trials): Figures {
  const { analysis, execution, forecasts, exposure } = sources;
  const figures: Figures = {
    ...pnlFigures(analysis),
    ...returnFigures(analysis, trials),
    ...drawdownFigures(analysis),
    ...tradeFigures(analysis),
    ...tripFigures(analysis),
    ...marketFigures(analysis),
    ...activityFigures(analysis),
    ...executionFigures(execution),
    ...latencyFigures(execution),
    ...forecastFigures(forecasts),
    ...exposureFigures(exposure),
  };
  const known = (key: MetricKey) => analysis.currency !== undefined || isWithoutMoney(key);
  // In the order of the catalogue, so that the same run gives the same bytes whatever is added where.
  return Object.fromEntries(
    metricKeys.map((key) => [key, known(key) ? figures[key] : missing('mixed_currency', figures[key].n)]),
  ) as Figures;
}

/** Money of several currencies has no sum without rates of exchange; these figures do without. */
function isWithoutMoney(key: MetricKey): boolean {
  return /^(trades\.(count|duration|maxConsecutive|m[af]e(Ticks|OfCost))|winRate|fill|latency|share\.maker$|queue|score|kelly\.binary)/.test(
    key,
  );
}
