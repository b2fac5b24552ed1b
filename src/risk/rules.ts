/** The rules of the gate, in the order in which they are asked. Each says what the order would come to and the limit. */
import { complement } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import type { RiskRule } from '../market/order.ts';
import {
  decimalText,
  formatDecimal,
  formatMoney,
  MICROS_PER_SECOND,
  type Micros,
  type Money,
  type Price,
  parseMoney,
} from '../market/units.ts';
import { growing, referencePrice, remainingOf, type Units, unitsFrom, unitsOf, worth } from './exposure.ts';
import type { RiskLimits } from './limits.ts';
import type { RiskMemory } from './memory.ts';
import type { Proposal } from './proposal.ts';
import { Hours, Zone } from './zone.ts';

/** Why an order is refused, in figures; nothing for one that may pass. */
type Judge = (proposal: Proposal, memory: RiskMemory) => string | undefined;

interface Rule {
  readonly name: RiskRule;
  /** Asked about orders that only reduce a position as well. */
  readonly ofReducing?: true;
  /** Not asked about amendments of an order's price alone. */
  readonly ofLarger?: true;
  /** Nothing where the limits leave the rule out. */
  readonly judge: (limits: RiskLimits) => Judge | undefined;
}

export const rules: readonly Rule[] = [
  { name: 'gap', ofReducing: true, judge: ({ gap }) => (gap ? judgeGap : undefined) },
  { name: 'stale', ofReducing: true, judge: ({ staleSeconds }) => given(staleSeconds, judgeSilence) },
  { name: 'hours', judge: ({ hours, zone }) => given(hours, (windows) => judgeHours(windows, zone)) },
  {
    name: 'minimum_confidence',
    ofLarger: true,
    judge: ({ minimumConfidence }) => given(minimumConfidence, judgeConfidence),
  },
  { name: 'cool_down', ofLarger: true, judge: ({ coolDownSeconds }) => given(coolDownSeconds, judgeCoolDown) },
  { name: 'trades_per_day', ofLarger: true, judge: ({ tradesPerDay }) => given(tradesPerDay, judgeTrades) },
  { name: 'order_size', ofLarger: true, judge: ({ orderSize }) => given(orderSize, judgeSize) },
  { name: 'position', judge: ({ position }) => given(position, judgePosition) },
  {
    name: 'group_position',
    judge: ({ groupPosition }) => given(groupPosition, (limit) => judgeTotal(limit, isOfGroup)),
  },
  { name: 'total_position', judge: ({ totalPosition }) => given(totalPosition, (limit) => judgeTotal(limit, isAny)) },
  { name: 'open_orders', ofLarger: true, judge: ({ openOrders }) => given(openOrders, judgeCount) },
  { name: 'group_contracts', ofLarger: true, judge: ({ groupContracts }) => given(groupContracts, judgeGroup) },
  { name: 'order_notional', judge: ({ orderNotional }) => given(orderNotional, judgeNotional) },
  { name: 'total_notional', judge: ({ totalNotional }) => given(totalNotional, judgeTotalNotional) },
  { name: 'price_collar', ofReducing: true, judge: judgeCollar },
  { name: 'minimum_cash', judge: ({ minimumCash }) => given(minimumCash, judgeCash) },
  // Last: who passes it takes a token.
  { name: 'order_rate', ofReducing: true, judge: ({ orderRate }) => given(orderRate, judgeRate) },
];

function given<T>(limit: T | undefined, judge: (limit: T) => Judge): Judge | undefined {
  return limit === undefined ? undefined : judge(limit);
}

const judgeGap: Judge = ({ market }) => (market.hasBook && !market.bookComplete ? 'the book has a gap' : undefined);

function judgeSilence(seconds: number): Judge {
  return ({ market, now }) => {
    const silence = now - market.updatedAt;
    if (silence <= seconds * MICROS_PER_SECOND) return undefined;
    return market.updatedAt === 0
      ? 'nothing heard of the market yet'
      : `silent for ${inSeconds(silence)} s, limit ${decimalText(seconds)} s`;
  };
}

function judgeHours(windows: readonly string[], zoneName = 'UTC'): Judge {
  const hours = new Hours(windows);
  const zone = new Zone(zoneName);
  return ({ now }) => {
    const timeOfDay = zone.timeOfDay(now);
    return hours.has(timeOfDay)
      ? undefined
      : `${clock(timeOfDay)} in ${zoneName}, allowed ${windows.join(', ') || 'never'}`;
  };
}

function judgeConfidence(least: number): Judge {
  return ({ order }, memory) => {
    const confidence = memory.confidence(order.decision);
    if (confidence >= least) return undefined;
    const had = Number.isNaN(confidence) ? 'no confidence' : `confidence ${decimalText(confidence)}`;
    return `${had}, least ${decimalText(least)}`;
  };
}

function judgeCoolDown(seconds: number): Judge {
  return ({ order, now }, memory) => {
    const since = now - memory.filledAt(order.instrument);
    if (since >= seconds * MICROS_PER_SECOND) return undefined;
    return `${inSeconds(since)} s after a fill, limit ${decimalText(seconds)} s`;
  };
}

function judgeTrades(limit: number): Judge {
  return ({ order, position, here }, memory) => {
    const entries = memory.entries(order.instrument);
    if (entries.has(order.id)) return undefined;
    const coming = growing(position, here).filter(({ id }) => !entries.has(id)).length;
    return beyond(entries.size + coming + 1, limit);
  };
}

function judgeSize(limit: number): Judge {
  return ({ order, market }) => beyondSize(unitsOf(market.instrument, order.size), limit);
}

function judgePosition(limit: number): Judge {
  return (proposal) => {
    const would = Math.abs(unitsOf(proposal.market.instrument, proposal.reached));
    return proposal.isFurther ? beyondSize(would, limit) : undefined;
  };
}

function judgeTotal(limit: number, counts: (market: Market, of: Market) => boolean): Judge {
  return (proposal) => {
    const { before, after } = proposal.total((market) => counts(market, proposal.market));
    return after > before ? beyondSize(after, limit) : undefined;
  };
}

const isAny = () => true;

/** An instrument without a group is one of its own. */
function isOfGroup(market: Market, of: Market): boolean {
  const { group } = of.instrument;
  return market === of || (group !== undefined && market.instrument.group === group);
}

function judgeCount(limit: number): Judge {
  return ({ open }) => beyond(open.length + 1, limit);
}

function judgeGroup(limit: number): Judge {
  return ({ order, market, open, remaining }, memory) => {
    if (order.group === '') return undefined;
    const waiting = open.filter(({ group }) => group === order.group).reduce((sum, one) => sum + remainingOf(one), 0);
    return beyondSize(unitsOf(market.instrument, memory.matched(order.group) + waiting + remaining), limit);
  };
}

function judgeNotional(amount: string): Judge {
  const limit = parseMoney(amount);
  return ({ market, order, price, remaining }) => {
    if (Number.isNaN(price)) return NO_PRICE;
    return beyondMoney(worth(market.instrument, order.side, price, remaining), limit);
  };
}

function judgeTotalNotional(amount: string): Judge {
  const limit = parseMoney(amount);
  return (proposal) => {
    if (Number.isNaN(proposal.price)) return NO_PRICE;
    const { before, after } = proposal.cost();
    return after > before ? beyondMoney(proposal.held + after, limit) : undefined;
  };
}

function judgeCash(amount: string): Judge {
  const least = parseMoney(amount);
  return (proposal) => {
    if (Number.isNaN(proposal.price)) return NO_PRICE;
    const { before, after } = proposal.cost();
    const left = proposal.cash - after;
    return after > before && left < least ? `${formatMoney(left)} left, least ${formatMoney(least)}` : undefined;
  };
}

/** Of the harmful side only: buying above, selling below; in the prices of the order's outcome. */
function judgeCollar({ priceCollar, priceCollarPercent }: RiskLimits): Judge | undefined {
  if (priceCollar === undefined && priceCollarPercent === undefined) return undefined;
  return ({ market, order, price }) => {
    const { instrument } = market;
    const reference = referencePrice(market);
    if (Number.isNaN(reference) || Number.isNaN(price)) return NO_PRICE;
    const beyond = (price - reference) * order.side;
    const base = order.outcome === 'no' ? complement(instrument, reference) : reference;
    const byPrice =
      priceCollar === undefined ? Number.POSITIVE_INFINITY : Math.round(priceCollar * 10 ** instrument.priceDecimals);
    const byShare = priceCollarPercent === undefined ? Number.POSITIVE_INFINITY : (base * priceCollarPercent) / 100;
    const limit = Math.min(byPrice, byShare);
    if (beyond <= limit) return undefined;
    const text = (value: Price) => formatDecimal(Math.round(value), instrument.priceDecimals);
    return `${text(price)} is ${text(beyond)} beyond the market's ${text(reference)}, limit ${text(limit)}`;
  };
}

function judgeRate({ perMinute, burst }: NonNullable<RiskLimits['orderRate']>): Judge {
  return ({ now }, { tokens }) =>
    tokens.take(now, perMinute, burst) ? undefined : `no token left, limit ${perMinute} a minute and ${burst} at once`;
}

const NO_PRICE = 'nothing tells a price to measure it by';

function beyond(would: number, limit: number): string | undefined {
  return would > limit ? `would be ${would}, limit ${limit}` : undefined;
}

function beyondSize(would: Units, contracts: number): string | undefined {
  if (would <= unitsFrom(contracts)) return undefined;
  return `would be ${decimalText(would / unitsFrom(1))}, limit ${decimalText(contracts)}`;
}

function beyondMoney(would: Money, limit: Money): string | undefined {
  return would > limit ? `would be ${formatMoney(would)}, limit ${formatMoney(limit)}` : undefined;
}

function inSeconds(time: Micros): string {
  return decimalText(time / MICROS_PER_SECOND);
}

/** 15:04:59 */
function clock(timeOfDay: Micros): string {
  return new Date(timeOfDay / 1000).toISOString().slice(11, 19);
}
