import type { Micros } from '../../market/units.ts';
import type { Json } from '../json.ts';

/** A number of an index that Kalshi relays: CF Benchmarks or Pyth. */
interface IndexValue {
  readonly symbol: string;
  readonly value: number;
  /** 0 if the message does not say. */
  readonly at: Micros;
}

/** Undefined for a message that does not parse. */
export function indexValue(msg: Json): IndexValue | undefined {
  const symbol = msg.index_id ?? msg.underlying_ticker;
  const text = String(msg.value_usd ?? nestedValue(msg.data) ?? '');
  const value = text === '' ? Number.NaN : Number(text);
  if (typeof symbol !== 'string' || symbol === '' || !Number.isFinite(value)) return undefined;
  return { symbol, value, at: typeof msg.source_ts_ms === 'number' ? msg.source_ts_ms * 1000 : 0 };
}

/** cfbenchmarks_value carries its number in a JSON text inside the JSON. */
function nestedValue(data: unknown): unknown {
  try {
    return (JSON.parse(String(data)) as Json).value;
  } catch {
    return undefined;
  }
}
