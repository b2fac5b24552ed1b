/**
 * What the consolidated tapes say of a stock's trade. Letters mean the same on all tapes but for B and W.
 * Sources: CTA and UTP specifications of sale conditions; tapes A and B are CTA's, C is UTP's.
 */
import type { Json } from '../json.ts';

/** Not a trade but a price announced once more: official open (Q) and close (M), corrected consolidated close (9). */
const announcements = new Set(['M', 'Q', '9']);

/**
 * Trades that took nothing from the quotes of their time: auctions (O, 5, 6) and crosses (X, K); prices made elsewhere
 * (4 derivative, 7 and V contingent, H price variation, P prior reference); other settlement (C, N, R); reported late or
 * out of sequence (L, Z, U, G, 2, 3). Odd lots (I) and trades out of hours (T) are trades as any other.
 */
const offBook = new Set([
  'O',
  '5',
  '6',
  'X',
  'K',
  '4',
  '7',
  'V',
  'H',
  'P',
  'C',
  'N',
  'R',
  'L',
  'Z',
  'U',
  'G',
  '2',
  '3',
]);

/** The exchange code of trades off the exchanges, reported to FINRA. */
const FINRA = 'D';

export type TradeNature = 'trade' | 'offBook' | 'announcement';

/** Options and coins have no list of conditions: their trades are plain. */
export function natureOf({ c: conditions, x: exchange, z: tape }: Json): TradeNature {
  if (!Array.isArray(conditions)) return 'trade';
  if (conditions.some((condition) => announcements.has(condition))) return 'announcement';
  const average = tape === 'C' ? 'W' : 'B';
  const isOff = exchange === FINRA || conditions.some((condition) => condition === average || offBook.has(condition));
  return isOff ? 'offBook' : 'trade';
}
