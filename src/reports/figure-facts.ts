import { figure } from './format.ts';
import { facts, type Markup } from './markup.ts';
import { catalogue, type MetricKey } from './metrics/catalogue.ts';
import type { RunReport } from './run-report.ts';

/** Figures side by side, by their names; those without a value are left to the glossary, which says why. */
export function figureFacts({ figures, analysis }: RunReport, keys: readonly MetricKey[]): Markup {
  return facts(
    keys
      .filter((key) => figures[key].value !== null)
      .map((key) => [catalogue[key].label, figure(key, figures[key], analysis.currency)]),
  );
}
