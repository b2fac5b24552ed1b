import type { JournalFill, RunData } from './load.ts';
import type { OpenLot } from './metrics/lots.ts';
import type { LastQuote } from './quotes.ts';

/** Prices in a report are integers of this many to one. */
const ONE = 100_000_000n;

/** As the engine marks (`src/engine/marks.ts`): by the setting of the run, rounded against us to the instrument's decimals. */
export function markPrice(
  policy: unknown,
  lot: OpenLot,
  quote: LastQuote | undefined,
  fill: JournalFill | undefined,
  instrument: RunData['manifest']['instruments'][number] | undefined,
): bigint {
  const ours = fill?.price ?? 0n;
  const last = quote?.last ?? undefined;
  const mid = quote && midPrice(quote, lot.side, instrument?.priceDecimals ?? 8);
  switch (policy) {
    case 'settlement':
      return ours;
    case 'last':
      return last ?? mid ?? ours;
    case 'conservative': {
      const closing = lot.side > 0 ? quote?.bid : quote?.ask;
      const worst = instrument?.kind === 'binary' ? (lot.side > 0 ? 0n : ONE) : last;
      return closing ?? (quote && worst) ?? ours;
    }
    default:
      return mid ?? last ?? ours;
  }
}

function midPrice({ bid, ask }: LastQuote, side: 1 | -1, decimals: number): bigint | undefined {
  if (bid == null || ask == null) return undefined;
  const unit = 2n * 10n ** BigInt(8 - decimals);
  const twice = bid + ask;
  const down = (twice / unit) * (unit / 2n);
  return side > 0 || twice % unit === 0n ? down : down + unit / 2n;
}
