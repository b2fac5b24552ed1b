/** What can be traded or watched, with the facts that prices, sizes and money depend on. */
import { smallestStep, type TickLadder } from './ticks.ts';
import { decimalText, type Micros, MONEY_DECIMALS, type Money, type Price, parseDecimal, type Size } from './units.ts';

/**
 * binary: pays between 0 and 1 (an event contract); series: not tradable, a number over time (forecast, index, VIX).
 */
export type InstrumentKind = 'binary' | 'equity' | 'option' | 'spot' | 'perpetual' | 'series';

export interface OptionTerms {
  readonly underlying: string;
  readonly right: 'call' | 'put';
  /** Strike in the option's own price decimals. */
  readonly strike: Price;
  readonly settlement: 'cash' | 'physical';
}

/** A kind of fee in the venue's own word, and what it is multiplied with: 100 = x1. */
export interface FeeTerms {
  readonly type: string;
  readonly multiplierPercent: number;
}

export interface Instrument {
  /** `venue:symbol`, unique over all tapes of a run. */
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly kind: InstrumentKind;
  /** ISO code of what prices are quoted in. */
  readonly currency: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly ticks: TickLadder;
  /** Smallest size and size step of an order. */
  readonly lot: Size;
  /** Units of the underlying per contract: 100 for a US equity option, else 1. Of an inverse contract its value in `currency`. */
  readonly multiplier: number;
  /**
   * The contract is worth a fixed amount of `currency`, and all money (cash, fees, profit) is in the coin: `multiplier / price`
   * of it for each contract. Such contracts need a run of their own, with its cash in the coin.
   */
  readonly inverse?: boolean;
  /** Levels a side that the feed shows; what stands behind them is not known. Left out: all. */
  readonly depth?: number;
  /** Lowest and highest possible price, where the contract has them; for a binary contract also its payouts. */
  readonly bounds?: { readonly low: Price; readonly high: Price };
  /** What belongs together: the event of a binary contract, the underlying of an option. */
  readonly group?: string;
  /** Key into the venue's dated fee table, for example a Kalshi series. */
  readonly feeSeries?: string;
  /** What the venue itself has told of its fees. */
  readonly feeTerms?: FeeTerms;
  readonly title?: string;
  readonly opensAt?: Micros;
  /** When trading ends, if known; the venue may move it. */
  readonly closesAt?: Micros;
  readonly expiresAt?: Micros;
  readonly option?: OptionTerms;
}

export const instrumentId = (venue: string, symbol: string): string => `${venue}:${symbol}`;

/**
 * Facts of one instrument as a tape's header or a config states them: the symbol plus whatever is known.
 * A feed completes them with its defaults (see `feeds/<name>`).
 */
export type InstrumentFacts = { readonly symbol: string } & Partial<Omit<Instrument, 'id' | 'venue' | 'symbol'>>;

const scales = new Map<number, bigint>();

/** Money of one price unit times one size unit. */
export function moneyPerUnit(instrument: Instrument): Money {
  const places = instrument.priceDecimals + instrument.sizeDecimals;
  let scale = scales.get(places);
  if (scale === undefined) {
    if (places > MONEY_DECIMALS) {
      throw new Error(`${instrument.id}: ${places} decimals of price and size together; money holds ${MONEY_DECIMALS}`);
    }
    scale = 10n ** BigInt(MONEY_DECIMALS - places);
    scales.set(places, scale);
  }
  return scale * BigInt(instrument.multiplier);
}

/**
 * Value of `size` at `price`; both signs are kept. Exact, but of an inverse contract, where it is cut off after the
 * sixteenth decimal of a coin.
 */
export function notional(instrument: Instrument, price: Price, size: Size): Money {
  if (!instrument.inverse) return BigInt(price) * BigInt(size) * moneyPerUnit(instrument);
  const { priceDecimals, sizeDecimals, multiplier } = instrument;
  const places = BigInt(MONEY_DECIMALS + priceDecimals - sizeDecimals);
  return (BigInt(size) * BigInt(multiplier) * 10n ** places) / BigInt(price);
}

/**
 * What a trade of `size` (signed) takes out of the cash, and what a position is worth. Who buys an inverse contract sells
 * its currency for coins: the coins come in, and what is owed is worth less of them the higher the price.
 */
export function paid(instrument: Instrument, price: Price, size: Size): Money {
  const value = notional(instrument, price, size);
  return instrument.inverse ? -value : value;
}

/** What one unit of a short position may come to cost at most, where there is a most: the payout of YES, the strike of an option. */
export function ceiling({ kind, bounds, option }: Instrument): Price | undefined {
  return kind === 'binary' ? bounds?.high : option?.strike;
}

/**
 * Cash that is held back for a position. Short, with a ceiling: all that it may come to cost. Otherwise, where it brought
 * cash in (a short sale, a long inverse contract): that and as much again, so that every position ties up its full value.
 */
export function collateral(instrument: Instrument, size: Size, cost: Money): Money {
  const most = size < 0 ? ceiling(instrument) : undefined;
  if (most !== undefined) return notional(instrument, most, -size);
  return cost < 0n ? -2n * cost : 0n;
}

/** The other side's terms of a binary price: what NO costs when YES costs `price`, and the reverse. */
export function complement(instrument: Instrument, price: Price): Price {
  if (!instrument.bounds) throw new Error(`${instrument.id} has no bounds, so yes and no mean nothing for it`);
  return instrument.bounds.low + instrument.bounds.high - price;
}

/** The finest price step that can occur, for books and charts. */
export function finestTick(instrument: Instrument): Price {
  return smallestStep(instrument.ticks);
}

/** "0.53" or 0.53 as the instrument's integer price; throws if it has more decimals than the instrument. */
export function priceFrom(instrument: Instrument, value: number | string): Price {
  return integerFrom(value, instrument.priceDecimals, `price of ${instrument.id}`);
}

/** "10" or 10 as the instrument's integer size; throws if it has more decimals than the instrument. */
export function sizeFrom(instrument: Instrument, value: number | string): Size {
  return integerFrom(value, instrument.sizeDecimals, `size of ${instrument.id}`);
}

function integerFrom(value: number | string, decimals: number, what: string): number {
  // A number goes through its shortest text: 0.29 is "0.29", not 0.28999999999999998.
  const integer = parseDecimal(typeof value === 'number' ? decimalText(value) : value, decimals);
  if (Number.isNaN(integer)) throw new RangeError(`${value} is not a ${what}: it takes ${decimals} decimals`);
  return integer;
}

/** The instruments of a run, numbered in the order in which they became known. */
export class InstrumentList {
  readonly all: Instrument[] = [];
  readonly #index = new Map<string, number>();

  /** Number of the instrument; a new one if it is not known yet. The first facts stay. */
  add(instrument: Instrument): number {
    let index = this.#index.get(instrument.id);
    if (index === undefined) {
      index = this.all.push(instrument) - 1;
      this.#index.set(instrument.id, index);
    }
    return index;
  }

  /** -1 if unknown. */
  indexOf(id: string): number {
    return this.#index.get(id) ?? -1;
  }
}
