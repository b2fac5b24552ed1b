/** What positions can lose at most. */
import type { Money } from '../market/units.ts';
import type { Analysis } from './analysis.ts';
import type { Lot } from './metrics/lots.ts';
import { decimalToNumber, exactAmount } from './numbers.ts';

type Matching = Pick<Analysis, 'data' | 'matched'>;

/** What a unit can lose at most: its price if bought, the rest up to the payout of 1 if a binary contract was sold. */
function lossPerUnit({ side, entry }: Pick<Lot, 'side' | 'entry'>, { fills }: Analysis['data']): Money {
  const { price } = fills[entry];
  return side > 0 ? price : 100_000_000n - price;
}

/** Sum of the largest losses of all entries; undefined if something was sold short that can rise without end. */
export function capitalAtRisk({ data, matched }: Matching): Money | undefined {
  const instruments = new Map(data.manifest.instruments.map((instrument) => [instrument.id, instrument]));
  let risk = 0n;
  for (const lot of [...matched.lots, ...matched.open]) {
    const instrument = instruments.get(lot.instrument);
    if (lot.side < 0 && instrument?.kind !== 'binary') return undefined;
    risk += lossPerUnit(lot, data) * lot.size * BigInt(instrument?.multiplier ?? 1);
  }
  return risk;
}

export function settledBinaryLots({ data, matched }: Matching): Lot[] {
  const binary = new Set(data.manifest.instruments.filter(({ kind }) => kind === 'binary').map(({ id }) => id));
  return matched.lots.filter(({ exit, instrument }) => data.fills[exit].settlement && binary.has(instrument));
}

export function settledCost(lot: Lot, data: Analysis['data']): { size: number; cost: number } {
  const size = decimalToNumber(lot.size);
  return { size, cost: decimalToNumber(lossPerUnit(lot, data)) + exactAmount(lot.fees) / size };
}
