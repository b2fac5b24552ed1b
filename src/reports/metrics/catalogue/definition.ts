/**
 * money: of the run's currency · fraction: 0.01 is 1 % · ratio, count: bare numbers · time: microseconds since 1970 ·
 * duration: microseconds · size: contracts, shares or coins, with parts of one.
 */
export type MetricUnit = 'money' | 'fraction' | 'ratio' | 'count' | 'time' | 'duration' | 'size';

export interface MetricDefinition {
  readonly label: string;
  readonly unit: MetricUnit;
  readonly definition: string;
}

export type Definitions = Readonly<Record<string, MetricDefinition>>;
