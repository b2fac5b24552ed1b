/**
 * money: of the run's currency · fraction: 0.01 is 1 % · ratio, count: bare numbers · time: microseconds since 1970 ·
 * duration: microseconds.
 */
export type MetricUnit = 'money' | 'fraction' | 'ratio' | 'count' | 'time' | 'duration';

export interface MetricDefinition {
  readonly label: string;
  readonly unit: MetricUnit;
  readonly definition: string;
}

export type Definitions = Readonly<Record<string, MetricDefinition>>;
