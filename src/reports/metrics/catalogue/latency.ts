/** How long messages took, stage by stage. */
import type { MetricDefinition } from './definition.ts';

/** From and to, as the journal has them: the desk's times, of arrival the venue's. */
const stages = {
  decisionToSend: ['Decided to sent', 'From the decision to sending its order'],
  decisionToArrival: ['Decided to arrived', 'From the decision to the arrival of its order at the venue'],
  sendToArrival: ['Sent to arrived', 'From sending an order to its arrival at the venue'],
  sendToAck: ['Sent to accepted', 'From sending an order to the news that the venue took it'],
  arrivalToAck: ['Arrived to accepted', 'From the arrival of an order at the venue to the news that the venue took it'],
  ackToFill: ['Accepted to filled', 'From that news to the first fill'],
  cancelToAck: ['Cancel to confirmed', 'From sending a cancellation to the news that the order is gone'],
} as const;

const quantiles = { p50: 'median', p90: '90 %', p99: '99 %', max: 'longest' } as const;

export type LatencyStage = keyof typeof stages;
type Quantile = keyof typeof quantiles;
export type LatencyKey = `latency.${LatencyStage}.${Quantile}`;

/** In the order in which an order passes them. */
export const latencyStages = Object.keys(stages) as LatencyStage[];

export const stageName = (stage: LatencyStage): string => stages[stage][0];

export const latencyKeys = latencyStages.flatMap((stage) =>
  (Object.keys(quantiles) as Quantile[]).map((quantile) => [`latency.${stage}.${quantile}`, stage, quantile] as const),
);

export const latency = Object.fromEntries(
  latencyKeys.map(([key, stage, quantile]): [LatencyKey, MetricDefinition] => {
    const [label, definition] = stages[stage];
    return [
      key,
      {
        label: `${label}, ${quantiles[quantile]}`,
        unit: 'duration',
        definition: `${definition}: ${quantiles[quantile]}.`,
      },
    ];
  }),
) as Readonly<Record<LatencyKey, MetricDefinition>>;
