import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EventBatch, EventKind, LifecycleCode, Side } from '../market/event.ts';
import type { EventSource } from '../market/frame.ts';
import type { Instrument } from '../market/instrument.ts';
import { type Micros, parseDecimal, parseTime } from '../market/units.ts';
import { quoted } from '../tape/duckdb.ts';
import { queryRows, type Row } from '../tape/query.ts';

/** One outcome of a binary contract. */
interface Settlement {
  readonly symbol: string;
  /** What YES pays, as decimal text of a dollar. */
  readonly payout: string;
  /** NaN if the file does not say. */
  readonly at: Micros;
}

export interface SettlementFile {
  readonly name: string;
  readonly sha256: string;
  readonly settlements: readonly Settlement[];
}

/**
 * Outcomes from a CSV file with a header: `market_ticker` (or `ticker`, `instrument`), one of `settlement_value`
 * (0 to 1) or `result` / `binary_result` (yes or no), and optionally the time as `settled_at` or `settlement_ts_utc`.
 */
export async function readSettlements(file: string): Promise<SettlementFile> {
  const contents = await readFile(file).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${code === 'EISDIR' ? 'is a folder; name a CSV file' : 'no such settlement file'}`);
  });
  const rows = await queryRows(`select * from read_csv(${quoted(file)}, header = true, all_varchar = true)`);
  if (rows.length === 0) throw new Error(`${file}: has no outcomes; write a header, and a row for each market`);
  const settlements = rows.map((row, i) => {
    const settlement = toSettlement(row);
    if (!settlement) {
      throw new Error(
        `${file}: line ${i + 2}: needs market_ticker and either settlement_value (0 to 1) or result (yes or no)`,
      );
    }
    return settlement;
  });
  return { name: basename(file), sha256: createHash('sha256').update(contents).digest('hex'), settlements };
}

function toSettlement(row: Row): Settlement | undefined {
  const pick = (...names: string[]) => names.map((name) => row[name]).find((value) => typeof value === 'string');
  const symbol = pick('market_ticker', 'ticker', 'instrument');
  const result = pick('result', 'binary_result');
  const payout = pick('settlement_value') ?? (result === 'yes' ? '1' : result === 'no' ? '0' : undefined);
  if (typeof symbol !== 'string' || typeof payout !== 'string') return undefined;
  const value = Number(payout);
  if (!(value >= 0 && value <= 1)) return undefined;
  return { symbol, payout, at: parseTime(String(pick('settled_at', 'settlement_ts_utc') ?? '')) };
}

/**
 * The outcomes as a source of events beside the tapes of a run: each at its own time, or at the end of the tapes if it
 * came later or its time is not known. Outcomes from before the tapes begin are left out.
 */
export function settlementSource(
  file: SettlementFile,
  instrumentOf: (symbol: string) => Instrument,
  span: { readonly from: Micros; readonly to: Micros },
): EventSource {
  const dated = file.settlements
    .map((settlement) => ({
      ...settlement,
      at: Number.isNaN(settlement.at) ? span.to : Math.min(settlement.at, span.to),
    }))
    .filter(({ at }) => at >= span.from)
    .sort((a, b) => a.at - b.at);
  const instruments = dated.map(({ symbol }) => instrumentOf(symbol));
  return {
    instruments,
    async *batches() {
      const batch = new EventBatch(Math.max(1, dated.length * 2));
      for (const [i, { payout, at }] of dated.entries()) {
        const price = parseDecimal(payout, instruments[i].priceDecimals);
        for (const code of [LifecycleCode.determined, LifecycleCode.settled]) {
          batch.push(i, at, at, i, EventKind.lifecycle, Side.none, price, 0, code);
        }
      }
      if (batch.count > 0) yield batch;
    },
  };
}
