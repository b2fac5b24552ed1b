import { type EventBatch, EventFlag, EventKind, StatisticCode } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import type { Size } from '../market/units.ts';
import { type Check, type Measurement, type Place, placeOf } from './check.ts';
import { PerMarket } from './per-market.ts';

/** Fewer trades can lie between two statistics by the order of the channels alone. */
const LEAST_TRADES = 20;

interface Traded {
  trades: number;
  size: Size;
  inferred: boolean;
  /** The venue's volume and our sum of trades when it was first and last told; NaN before. */
  firstVolume: Size;
  firstSize: Size;
  lastVolume: Size;
  lastSize: Size;
  statistics: number;
  shrank: number;
}

/** Trades that cannot be, and trades against the volume that the venue counts itself. */
export class Volume implements Check {
  readonly #markets = new PerMarket<Traded>(() => ({
    trades: 0,
    size: 0,
    inferred: false,
    firstVolume: Number.NaN,
    firstSize: 0,
    lastVolume: Number.NaN,
    lastSize: 0,
    statistics: 0,
    shrank: 0,
  }));
  #bad = 0;
  #firstBad: Place | undefined;
  #firstShrank: Place | undefined;

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    if (!market) return;
    if (batch.kind[i] === EventKind.trade) this.#trade(batch, i, market);
    else if (batch.kind[i] === EventKind.statistic && batch.code[i] === StatisticCode.volume) {
      this.#statistic(batch, i, market);
    }
  }

  #trade(batch: EventBatch, i: number, market: Market): void {
    const traded = this.#markets.of(market);
    const size = batch.size[i];
    const price = batch.price[i];
    const { bounds } = market.instrument;
    if (!(size > 0) || !Number.isFinite(price) || (bounds && (price < bounds.low || price > bounds.high))) {
      this.#bad++;
      this.#firstBad ??= placeOf(batch, i, market);
      return;
    }
    traded.trades++;
    traded.size += size;
    if (batch.flags[i] & EventFlag.inferred) traded.inferred = true;
  }

  #statistic(batch: EventBatch, i: number, market: Market): void {
    const traded = this.#markets.of(market);
    const volume = batch.size[i];
    traded.statistics++;
    if (volume < 0 || volume < traded.lastVolume) {
      traded.shrank++;
      this.#firstShrank ??= placeOf(batch, i, market);
    }
    if (Number.isNaN(traded.firstVolume)) {
      traded.firstVolume = volume;
      traded.firstSize = traded.size;
    }
    traded.lastVolume = volume;
    traded.lastSize = traded.size;
  }

  measure(): readonly Measurement[] {
    const markets = this.#markets.all();
    const sum = (of: 'trades' | 'statistics' | 'shrank'): number =>
      markets.reduce((total, { state }) => total + state[of], 0);
    const all = sum('trades') + this.#bad;
    const statistics = sum('statistics');
    const shrank = sum('shrank');
    return [
      all === 0
        ? { name: 'badTrades', value: null, detail: 'no trades on the tape' }
        : {
            name: 'badTrades',
            value: this.#bad,
            unit: 'count',
            where: this.#firstBad,
            detail: `${this.#bad} of ${all} trades`,
          },
      statistics === 0
        ? { name: 'shrinkingVolume', value: null, detail: 'the venue tells no volume' }
        : {
            name: 'shrinkingVolume',
            value: shrank / statistics,
            unit: 'share',
            where: this.#firstShrank,
            detail: `${shrank} of ${statistics} statistics`,
          },
      mismatch(markets),
    ];
  }
}

function mismatch(markets: readonly { readonly market: Market; readonly state: Traded }[]): Measurement {
  const name = 'volumeMismatch';
  if (markets.some(({ state }) => state.inferred)) {
    return { name, value: null, detail: 'the trades are inferred from the volume itself' };
  }
  const compared = markets
    .filter(({ state }) => state.trades >= LEAST_TRADES && state.lastVolume > state.firstVolume)
    .map(({ market, state }) => {
      const volume = state.lastVolume - state.firstVolume;
      const trades = state.lastSize - state.firstSize;
      // Some venues count both parties of a trade (docs/decisions/0004-kalshi-volume-counts-twice.md).
      const share = Math.min(Math.abs(trades - volume), Math.abs(2 * trades - volume)) / volume;
      return { market: market.instrument.id, volume, trades, share };
    })
    .sort((a, b) => b.share - a.share);
  if (compared.length === 0) {
    return { name, value: null, detail: `no market with ${LEAST_TRADES} trades and a growing volume of the venue` };
  }
  const [worst] = compared;
  return {
    name,
    value: worst.share,
    unit: 'share',
    where: { market: worst.market },
    detail: `worst of ${compared.length} markets: trades add up to ${worst.trades} while the volume grew by ${worst.volume} (size units)`,
    facts: { markets: compared },
  };
}
