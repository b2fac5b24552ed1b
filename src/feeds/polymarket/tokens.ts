import { type Instrument, type InstrumentFacts, instrumentId } from '../../market/instrument.ts';
import { evenLadder, type TickLadder } from '../../market/ticks.ts';
import { decimal } from '../json.ts';

/** Prices and sizes are amounts of USDC and of outcome tokens, both of six decimals. */
export const DECIMALS = 6;
export const ONE = 1_000_000;

/** "0.01" as a ladder: the lowest price is one tick, the highest one tick below 1. */
export function ladderOf(tickSize: unknown): TickLadder | undefined {
  const step = decimal(tickSize, DECIMALS);
  return step > 0 && step < ONE / 2 ? evenLadder(step, step, ONE - step) : undefined;
}

/** A tick of one cent, the usual one, is on the ladder of every market, so orders stay valid when nothing is known. */
const usualTicks = evenLadder(10_000, 10_000, 990_000);

/**
 * An outcome token: pays 1 USDC or nothing. A market has two, and each has a book here, though the venue matches them
 * as one: a bid at p for one is an offer at 1 - p of the other. Their depths must not be added up.
 */
export function polymarketInstrument(symbol: string, ...facts: (InstrumentFacts | undefined)[]): Instrument {
  return Object.assign(
    {
      kind: 'binary',
      currency: 'USDC',
      priceDecimals: DECIMALS,
      sizeDecimals: DECIMALS,
      ticks: usualTicks,
      lot: 10_000,
      multiplier: 1,
      bounds: { low: 0, high: ONE },
    },
    ...facts,
    { id: instrumentId('polymarket', symbol), venue: 'polymarket', symbol },
  ) as Instrument;
}
