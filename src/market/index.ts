/** The vocabulary as strategy files see it: what `import ... from 'truetape'` gives them. */
export { z } from 'zod';
export {
  BarField,
  type EventBatch,
  EventFlag,
  EventKind,
  GapCode,
  LifecycleCode,
  type MarketEvent,
  Side,
  StatisticCode,
} from './event.ts';
export type { Evidence, EvidenceGrade, Fill } from './fill.ts';
export {
  complement,
  finestTick,
  type Instrument,
  type InstrumentFacts,
  type InstrumentKind,
  notional,
  priceFrom,
  sizeFrom,
} from './instrument.ts';
export { type MarketView, midPrice, usableQuote } from './market.ts';
export {
  isFinal,
  type Order,
  type OrderReason,
  type OrderRequest,
  type OrderState,
  type SelfTrade,
  type TimeInForce,
  type Trigger,
} from './order.ts';
export type { Rng } from './rng.ts';
export {
  type Bracket,
  type Decision,
  type Desk,
  defineStrategy,
  type Strategy,
  type StrategyDefinition,
} from './strategy.ts';
export { isOnTick, type TickLadder, tickAbove, tickAtOrAbove, tickAtOrBelow, tickBelow } from './ticks.ts';
export {
  formatDecimal,
  formatMoney,
  formatTime,
  type Micros,
  type Money,
  moneyToNumber,
  type Price,
  parseDecimal,
  parseMoney,
  parseTime,
  type Size,
} from './units.ts';
export type { Work, WorkRequest, WorkState } from './work.ts';
