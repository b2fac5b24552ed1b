import { type Instrument, type InstrumentFacts, instrumentId } from '../../market/instrument.ts';
import { evenLadder, type TickLadder } from '../../market/ticks.ts';

/** Kalshi prices are ten-thousandths of a dollar, sizes hundredths of a contract. */
export const PRICE_DECIMALS = 4;
export const SIZE_DECIMALS = 2;
export const ONE = 10_000;

export function isPrice(price: number): boolean {
  return price >= 0 && price <= ONE;
}

/** Named price grids (`price_level_structure`), centre step and edge step in ten-thousandths of a dollar. */
const centreSteps = { whole: 100, half: 50, quint: 20, deci: 10, centi: 1 } as const;

/**
 * The ladder of a named structure; undefined for a name that we do not know. Source: Kalshi changelog 2026-07-23 and
 * price_ranges of captured markets; edges lie below $0.10 and above $0.90.
 */
export function ladderOf(structure: string): TickLadder | undefined {
  switch (structure) {
    case 'linear_cent':
      return evenLadder(100, 0, ONE);
    case 'deci_cent':
      return evenLadder(10, 0, ONE);
    case 'tapered_deci_cent':
      return tapered(100, 10, 1000);
    case 'center_deci_edge_centi_cent':
      return tapered(10, 1, 100);
    default: {
      const match = /^center_(\w+)_edge_(\w+)_cent$/.exec(structure);
      const centre = centreSteps[match?.[1] as keyof typeof centreSteps];
      const edge = centreSteps[match?.[2] as keyof typeof centreSteps];
      return centre && edge ? tapered(centre, edge, 1000) : undefined;
    }
  }
}

/** Ladder from the venue's `price_ranges`: [{start, end, step}] as dollar texts. */
export function ladderFromRanges(
  ranges: readonly { readonly start?: unknown; readonly end?: unknown; readonly step?: unknown }[],
  price: (value: unknown) => number,
): TickLadder {
  return ranges.map(({ start, end, step }) => ({ from: price(start), to: price(end), step: price(step) }));
}

function tapered(centre: number, edge: number, width: number): TickLadder {
  return [
    { from: 0, to: width, step: edge },
    { from: width, to: ONE - width, step: centre },
    { from: ONE - width, to: ONE, step: edge },
  ];
}

/** The series of a market, an event or a series: what its ticker begins with. */
export function seriesOf(ticker: string): string {
  return ticker.split('-', 1)[0];
}

/** Structures of series whose markets all have the same one, by documentation (all 15-minute crypto markets). */
function structureOfSeries(series: string): string | undefined {
  return /^KX[A-Z]+15M$/.test(series) ? 'tapered_deci_cent' : undefined;
}

/**
 * A market's contract. What is not known is filled in so that orders stay valid: whole cents are on every ladder that
 * Kalshi has, so they are the default.
 */
export function kalshiInstrument(facts: InstrumentFacts): Instrument {
  const { symbol } = facts;
  const series = seriesOf(symbol);
  const structure = structureOfSeries(series) ?? 'linear_cent';
  return {
    kind: 'binary',
    currency: 'USD',
    priceDecimals: PRICE_DECIMALS,
    sizeDecimals: SIZE_DECIMALS,
    ticks: ladderOf(structure) as TickLadder,
    lot: 1,
    multiplier: 1,
    bounds: { low: 0, high: ONE },
    group: symbol.includes('-') ? symbol.slice(0, symbol.lastIndexOf('-')) : symbol,
    feeSeries: series,
    ...facts,
    id: instrumentId('kalshi', symbol),
    venue: 'kalshi',
  };
}

/** An index that Kalshi relays (CF Benchmarks, Pyth): a number over time. */
export function kalshiSeries(symbol: string): Instrument {
  return {
    id: instrumentId('kalshi', symbol),
    venue: 'kalshi',
    symbol,
    kind: 'series',
    currency: 'USD',
    priceDecimals: 8,
    sizeDecimals: 0,
    ticks: evenLadder(1, 0, Number.MAX_SAFE_INTEGER),
    lot: 1,
    multiplier: 1,
  };
}
