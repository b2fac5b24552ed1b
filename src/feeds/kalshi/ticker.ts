import { EventFlag, EventKind, Side, StatisticCode } from '../../market/event.ts';
import type { Price, Size } from '../../market/units.ts';
import type { Json } from '../json.ts';
import type { Era } from './eras.ts';
import { isPrice, ONE } from './instruments.ts';
import type { VolumeReader } from './volume.ts';

interface TickerRow {
  readonly kind: EventKind;
  readonly side: Side;
  readonly price: Price;
  readonly size: Size;
  readonly code?: number;
  readonly flags?: number;
}

/**
 * Top of book and running totals. `volume` infers trades from the growth of the volume, on a tape that does not report
 * them; left out where it does.
 */
export function tickerRows(msg: Json, era: Era, volume?: VolumeReader): TickerRow[] {
  const rows: TickerRow[] = [];
  const last = era.price(msg, 'price');
  const bid = era.price(msg, 'yes_bid');
  const ask = era.price(msg, 'yes_ask');
  if (isPrice(bid) && isPrice(ask)) {
    // Sizes came in 2026-02; before, 1 says that there is something. A price at the bound says that there is nothing.
    const bidSize = bid <= 0 ? 0 : known(era.count(msg, 'yes_bid_size'), 1);
    const askSize = ask >= ONE ? 0 : known(era.count(msg, 'yes_ask_size'), 1);
    rows.push({ kind: EventKind.quote, side: Side.buy, price: bid, size: bidSize });
    rows.push({ kind: EventKind.quote, side: Side.sell, price: ask, size: askSize });
  }
  const total = era.count(msg, 'volume');
  if (volume && isPrice(last) && !Number.isNaN(total)) {
    const quoted = last >= ask ? Side.buy : last <= bid ? Side.sell : Side.none;
    for (const { side, size, atLastPrice } of volume.read(total, last, quoted)) {
      const flags = EventFlag.inferred | (atLastPrice ? 0 : EventFlag.offBook);
      rows.push({ kind: EventKind.trade, side, price: last, size, flags });
    }
  }
  const totals = [
    [StatisticCode.volume, total],
    [StatisticCode.openInterest, era.count(msg, 'open_interest')],
  ] as const;
  for (const [code, size] of totals) {
    if (!Number.isNaN(size)) rows.push({ kind: EventKind.statistic, side: Side.none, price: 0, size, code });
  }
  return rows;
}

function known(value: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : value;
}
