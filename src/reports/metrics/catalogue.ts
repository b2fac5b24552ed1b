/** Every figure of a report by its key: what it is called, in what unit it is, and how it is defined. One file a family. */
import { execution } from './catalogue/execution.ts';
import { exposure } from './catalogue/exposure.ts';
import { forecasts } from './catalogue/forecasts.ts';
import { latency } from './catalogue/latency.ts';
import { losses } from './catalogue/losses.ts';
import { returns } from './catalogue/returns.ts';
import { trades } from './catalogue/trades.ts';

export type { MetricUnit } from './catalogue/definition.ts';

/** In the order of the glossary. */
export const catalogue = {
  ...returns,
  ...losses,
  ...trades,
  ...forecasts,
  ...execution,
  ...latency,
  ...exposure,
} as const;

export type MetricKey = keyof typeof catalogue;

export const metricKeys = Object.keys(catalogue) as readonly MetricKey[];
