import { type EventBatch, EventKind } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { formatDecimal, type Price } from '../market/units.ts';
import { type Check, isOpen, type Measurement, type Place, placeOf } from './check.ts';
import { Distribution } from './distribution.ts';
import { PerMarket } from './per-market.ts';
import type { CheckSettings } from './settings.ts';

/** Fewer do not tell what is usual. */
const LEAST_MOVES = 200;

class Moves {
  readonly sizes = new Distribution();
  /** Before this step; NaN when there is nothing to compare with. */
  mid: Price = Number.NaN;
  hasBook = false;
  restarted = false;
  largestAt: Place | undefined;
}

/** Moves of the middle price, of one step, far beyond what this market usually makes. */
export class Jumps implements Check {
  readonly #times: number;
  readonly #markets = new PerMarket(() => new Moves());

  constructor({ priceJumps }: CheckSettings) {
    this.#times = priceJumps.times;
  }

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    if (!market || batch.kind[i] !== EventKind.bookClear) return;
    const moves = this.#markets.of(market);
    moves.hasBook = true;
    moves.restarted = true;
  }

  step(batch: EventBatch, i: number, market: Market): void {
    const moves = this.#markets.of(market);
    const before = moves.mid;
    moves.mid = isOpen(market, batch.receivedAt[i]) ? midOf(market, moves.hasBook) : Number.NaN;
    const move = Math.abs(moves.mid - before);
    const { restarted } = moves;
    moves.restarted = false;
    // A new snapshot may stand anywhere: it is not a step from the book before it.
    if (restarted || !(move > 0)) return;
    if (move > moves.sizes.most) moves.largestAt = placeOf(batch, i, market);
    moves.sizes.add(move);
  }

  measure(): readonly Measurement[] {
    const markets = this.#markets
      .all()
      .filter(({ state }) => state.sizes.count >= LEAST_MOVES)
      .map(({ market, state: { sizes, largestAt } }) => {
        const usual = sizes.quantile(0.99);
        return {
          market,
          where: largestAt,
          moves: sizes.count,
          jumps: sizes.most > this.#times * usual ? sizes.above(this.#times * usual) : 0,
          largest: sizes.most,
          usual,
          times: sizes.most / usual,
        };
      })
      .sort((a, b) => b.times - a.times);
    if (markets.length === 0) {
      return [{ name: 'priceJumps', value: null, detail: `no market with ${LEAST_MOVES} moves of its mid` }];
    }
    const [worst] = markets;
    const { priceDecimals } = worst.market.instrument;
    const sum = (of: 'jumps' | 'moves'): number => markets.reduce((total, market) => total + market[of], 0);
    return [
      {
        name: 'priceJumps',
        value: sum('jumps') / sum('moves'),
        unit: 'share',
        where: worst.where,
        detail: `${sum('jumps')} of ${sum('moves')} moves; largest ${formatDecimal(Math.round(worst.largest), priceDecimals)}, ${worst.times.toFixed(1)} times the 99th percentile`,
        facts: { markets: markets.map(({ market, ...rest }) => ({ market: market.instrument.id, ...rest })) },
      },
    ];
  }
}

/** Of the book where the market has one: quotes may come at another pace. */
function midOf(market: Market, hasBook: boolean): Price {
  if (hasBook && !market.bookComplete) return Number.NaN;
  const { bidPrice, askPrice } = hasBook ? market.book : market.quote;
  return Number.isFinite(bidPrice) && Number.isFinite(askPrice) ? (bidPrice + askPrice) / 2 : Number.NaN;
}
