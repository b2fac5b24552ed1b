import { BarField, type EventBatch, EventKind } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import { MICROS_PER_SECOND, type Micros } from '../market/units.ts';
import { type Check, type Measurement, type Place, placeOf } from './check.ts';
import { PerMarket } from './per-market.ts';

/** A hole of this length is the time between two sessions: a night, a weekend with a holiday. */
const NIGHT: Micros = 6 * 3600 * MICROS_PER_SECOND;
const LONG_WEEKEND: Micros = 4 * 24 * 3600 * MICROS_PER_SECOND;

interface Grid {
  at: Micros;
  bars: number;
  missing: number;
  longest: Micros;
  longestAt: Place | undefined;
}

/** Holes in a market's grid of bars. */
export class Bars implements Check {
  readonly #grids = new PerMarket<Grid>(() => ({
    at: Number.NaN,
    bars: 0,
    missing: 0,
    longest: 0,
    longestAt: undefined,
  }));

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    // The open tells the bar's length.
    if (!market || batch.kind[i] !== EventKind.bar || batch.code[i] !== BarField.open) return;
    const length = batch.size[i];
    const at = batch.exchangeAt[i] || batch.receivedAt[i];
    const grid = this.#grids.of(market);
    const steps = Number.isNaN(grid.at) ? 1 : Math.round((at - grid.at) / length);
    // Venues tell a bar again while it grows.
    if (!(length > 0 && steps >= 1)) return;
    grid.bars++;
    const hole = (steps - 1) * length;
    const isNight = hole >= NIGHT && hole <= LONG_WEEKEND;
    if (hole > 0 && !isNight) {
      grid.missing += steps - 1;
      if (hole > grid.longest) {
        grid.longest = hole;
        grid.longestAt = placeOf(batch, i, market);
      }
    }
    grid.at = at;
  }

  measure(): readonly Measurement[] {
    const grids = this.#grids.all().map(({ state }) => state);
    if (grids.length === 0) return [{ name: 'missingBars', value: null, detail: 'no bars on the tape' }];
    const share = ({ missing, bars }: Grid): number => missing / (missing + bars);
    const worst = grids.reduce((a, b) => (share(b) > share(a) ? b : a));
    return [
      {
        name: 'missingBars',
        value: share(worst),
        unit: 'share',
        where: worst.longestAt,
        detail: `worst of ${grids.length} markets: ${worst.missing} missing, ${worst.bars} there`,
      },
    ];
  }
}
