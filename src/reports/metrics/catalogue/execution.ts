/** Fees, fills, waiting, and what orders cost beyond their fees. */
import type { Definitions } from './definition.ts';

export const execution = {
  'fees.total': { label: 'Fees', unit: 'money', definition: 'All fees charged, less rebates.' },
  'fees.perContract': {
    label: 'Fee per contract',
    unit: 'money',
    definition: 'Fees over the size traded, either way.',
  },
  'fees.ofGrossProfit': { label: 'Fees of gross P&L', unit: 'fraction', definition: 'Fees over gross P&L.' },
  'fees.ofNotional': {
    label: 'Fees of what was traded',
    unit: 'fraction',
    definition: 'Fees over price times size of all trades.',
  },
  'share.maker': {
    label: 'Maker share',
    unit: 'fraction',
    definition: 'Traded size that provided liquidity over all traded size.',
  },
  'share.makerNotional': {
    label: 'Maker share by value',
    unit: 'fraction',
    definition: 'The same by price times size.',
  },
  'share.makerFees': {
    label: 'Fees of makers',
    unit: 'fraction',
    definition: 'Fees of fills that provided liquidity over all fees.',
  },
  'fill.rateQty': {
    label: 'Fill rate by size',
    unit: 'fraction',
    definition: 'Filled size over submitted size, rejected orders left out.',
  },
  'fill.rateOrder': {
    label: 'Fill rate by order',
    unit: 'fraction',
    definition: 'Orders with any fill over accepted orders; 95 % interval by Wilson.',
  },
  'fill.partialShare': {
    label: 'Filled in part',
    unit: 'fraction',
    definition: 'Orders filled in part over orders with any fill; 95 % interval by Wilson.',
  },
  'queue.waitMedian': {
    label: 'Median wait in the queue',
    unit: 'duration',
    definition:
      'From arrival at the venue to the first fill of resting orders; cancelled ones count as long as they stood (Kaplan and Meier).',
  },
  'slippage.decision': {
    label: 'Slippage since the decision',
    unit: 'money',
    definition:
      'Average price of an order beyond the middle of bid and ask when it was decided, per unit; above 0 it cost.',
  },
  'slippage.arrival': {
    label: 'Slippage since arrival',
    unit: 'money',
    definition: 'The same as of its arrival at the venue.',
  },
  'spread.effectiveHalf': {
    label: 'Effective half spread',
    unit: 'money',
    definition:
      'Fill price beyond the middle of bid and ask as the desk saw them with the fill, per unit; below 0 it was earned.',
  },
  'markout.0': {
    label: 'Markout at once',
    unit: 'money',
    definition:
      'Middle of bid and ask less fill price, per unit, reversed for sales: above 0 is good. Interval: markets drawn anew.',
  },
  'markout.1s': {
    label: 'Markout after 1 s',
    unit: 'money',
    definition: 'The same one second later.',
  },
  'markout.10s': {
    label: 'Markout after 10 s',
    unit: 'money',
    definition: 'The same ten seconds later.',
  },
  'markout.60s': {
    label: 'Markout after 60 s',
    unit: 'money',
    definition: 'The same a minute later.',
  },
  'markout.close': {
    label: 'Markout at the close',
    unit: 'money',
    definition: 'The same at the end of the session.',
  },
  'adverse.1s': {
    label: 'Adverse move after 1 s',
    unit: 'money',
    definition: 'What the middle moved against a unit within a second of its fill.',
  },
  'adverse.10s': {
    label: 'Adverse move after 10 s',
    unit: 'money',
    definition: 'The same within ten seconds.',
  },
  'adverse.60s': {
    label: 'Adverse move after 60 s',
    unit: 'money',
    definition: 'The same within a minute.',
  },
  'adverse.close': {
    label: 'Adverse move to the close',
    unit: 'money',
    definition: 'The same to the end of the session.',
  },
  'shortfall.total': {
    label: 'Implementation shortfall',
    unit: 'money',
    definition:
      'What all orders would have made at once, for nothing, at the middle when they were decided, less what they made; measured a minute after their end (Perold 1988).',
  },
  'shortfall.decisionDelay': {
    label: 'of it, until sent',
    unit: 'money',
    definition: 'Move of the middle from decision to sending, of what was filled.',
  },
  'shortfall.transitDelay': {
    label: 'of it, on the way',
    unit: 'money',
    definition: 'Move of the middle from sending to arrival, of what was filled.',
  },
  'shortfall.spread': {
    label: 'of it, spread',
    unit: 'money',
    definition: 'Best price of the other side less the middle at arrival, of what was filled.',
  },
  'shortfall.depth': {
    label: 'of it, depth',
    unit: 'money',
    definition:
      'Fills beyond the best price of the other side at arrival; below 0 for orders that waited on their own side.',
  },
  'shortfall.fees': {
    label: 'of it, fees',
    unit: 'money',
    definition: 'Fees of these orders.',
  },
  'shortfall.opportunity': {
    label: 'of it, not filled',
    unit: 'money',
    definition: 'Move of the middle from the decision to a minute after the end, of what was not filled.',
  },
  'shortfall.ofWanted': {
    label: 'Shortfall of what was wanted',
    unit: 'fraction',
    definition: 'Implementation shortfall over size times middle at the decision of all orders.',
  },
} as const satisfies Definitions;
