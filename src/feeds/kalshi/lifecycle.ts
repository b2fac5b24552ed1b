import { LifecycleCode } from '../../market/event.ts';
import type { InstrumentFacts } from '../../market/instrument.ts';
import type { TickLadder } from '../../market/ticks.ts';
import type { Price, Size } from '../../market/units.ts';
import { isObject, type Json, numeric } from '../json.ts';
import type { Era } from './eras.ts';
import { ladderFromRanges, ladderOf, ONE } from './instruments.ts';

const MICROS = 1_000_000;

/** What one lifecycle message says, as rows of events. */
export interface LifecycleRow {
  readonly code: number;
  readonly price?: Price;
  readonly size?: Size;
  readonly text: string;
}

/** Rows of a `market_lifecycle_v2` message; a text says why it gives none. */
export function lifecycleRows(msg: Json, era: Era): readonly LifecycleRow[] | string {
  const text = JSON.stringify(msg);
  switch (msg.event_type) {
    case 'created':
      return [
        { code: LifecycleCode.created, text },
        ...closeMoved(msg, text),
        ...ticksChanged(msg, era),
        ...outcome(msg, era),
      ];
    case 'activated':
      return [{ code: LifecycleCode.resumed, text }];
    case 'deactivated':
      return [{ code: LifecycleCode.paused, text }];
    case 'close_date_updated':
      return closeMoved(msg, text);
    case 'determined': {
      const price = payoutOf(msg, era);
      return Number.isNaN(price) ? 'determined without a payout' : [{ code: LifecycleCode.determined, price, text }];
    }
    case 'settled':
      return [{ code: LifecycleCode.settled, text }];
    case 'price_level_structure_updated':
      return ticksChanged(msg, era);
    case 'metadata_updated':
      return [{ code: LifecycleCode.changed, text }];
    default:
      return `unknown lifecycle event ${String(msg.event_type)}`;
  }
}

/**
 * What a listing over HTTP says of the outcome. The socket has no message for a dispute; that of an outcome that was
 * changed is another `determined` (page "Market Lifecycle", read October 2026).
 */
function outcome(msg: Json, era: Era): readonly LifecycleRow[] {
  if (msg.status === 'disputed') return [{ code: LifecycleCode.disputed, text: '{}' }];
  if (msg.status !== 'determined' && msg.status !== 'amended' && msg.status !== 'finalized') return [];
  const price = payoutOf(msg, era);
  const text = JSON.stringify({ status: msg.status, result: msg.result, settlement_value: msg.settlement_value });
  if (Number.isNaN(price)) return [];
  const determined = { code: LifecycleCode.determined, price, text };
  return msg.status === 'finalized' ? [determined, { code: LifecycleCode.settled, text }] : [determined];
}

/** Fees of an event in place of those of its series; what is null is as the series has it. */
export function feesChanged(msg: Json): LifecycleRow {
  const { fee_type_override: type, fee_multiplier_override: multiplier } = msg;
  const multiplierPercent = numeric(multiplier, 2);
  const text = JSON.stringify({
    ...(typeof type === 'string' && { type }),
    ...(!Number.isNaN(multiplierPercent) && { multiplierPercent }),
  });
  return { code: LifecycleCode.feesChanged, text };
}

/** What a market's first message tells of its contract. */
export function createdFacts(symbol: string, msg: Json, era: Era): InstrumentFacts {
  if (msg.event_type !== 'created') return { symbol };
  const { title, event_ticker: group } = (msg.additional_metadata ?? {}) as Json;
  const ticks = ticksOf(msg, era);
  return {
    symbol,
    ...(typeof title === 'string' && { title }),
    ...(typeof group === 'string' && { group }),
    ...(typeof msg.open_ts === 'number' && { opensAt: msg.open_ts * MICROS }),
    ...(typeof msg.close_ts === 'number' && { closesAt: msg.close_ts * MICROS }),
    ...(ticks && { ticks }),
  };
}

function closeMoved(msg: Json, text: string): readonly LifecycleRow[] {
  if (typeof msg.close_ts !== 'number') return [];
  return [{ code: LifecycleCode.closeMoved, size: msg.close_ts * MICROS, text }];
}

function ticksChanged(msg: Json, era: Era): readonly LifecycleRow[] {
  const ticks = ticksOf(msg, era);
  return ticks ? [{ code: LifecycleCode.ticksChanged, text: JSON.stringify({ ticks }) }] : [];
}

/** `price_ranges` is authoritative (since 2026-07-02); before, the name of the structure says it. */
function ticksOf(msg: Json, era: Era): TickLadder | undefined {
  if (Array.isArray(msg.price_ranges) && msg.price_ranges.length > 0 && msg.price_ranges.every(isObject)) {
    const ladder = ladderFromRanges(msg.price_ranges, (text) => era.price({ value_dollars: text }, 'value'));
    if (ladder.every(({ from, to, step }) => from < to && step > 0)) return ladder;
  }
  return typeof msg.price_level_structure === 'string' ? ladderOf(msg.price_level_structure) : undefined;
}

/** What YES pays. `settlement_value` came on 2026-02-26; before, the result alone says it. */
function payoutOf(msg: Json, era: Era): Price {
  if (msg.result === 'yes') return ONE;
  if (msg.result === 'no') return 0;
  const value = era.price({ value_dollars: msg.settlement_value }, 'value');
  return value >= 0 && value <= ONE ? value : Number.NaN;
}
