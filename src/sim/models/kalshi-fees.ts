/**
 * Kalshi's trading fees, as dated data: who pays what from when, and how it is rounded.
 *
 *   model fee = multiplier x coefficient x contracts x P x (1 - P)          P = price of YES in dollars
 *
 * Sources: Kalshi fee schedule (PDF of 2026-02-05), `/series/fee_changes` and series scan of 2026-09-26, page "Fee
 * Rounding" as captured 2026-03-10, 2026-06-27, 2026-08-25 and 2026-09-18, fills of August 2026. What is not known is not
 * guessed: see `docs/fill-rules.md`.
 */
import { collateral, type Instrument, notional } from '../../market/instrument.ts';
import { type Micros, type Money, parseTime } from '../../market/units.ts';
import type { FeeMemory, FeeModel, FeeQuestion, SettlementQuestion } from '../../market/venue.ts';
import { ceilTo, floorTo, latest, moneyUnit } from './fees.ts';

/** Taker coefficient 0.07; makers pay a part of it in some series. In ten-thousandths: 700 = 0.07. */
const TAKER_COEFFICIENT = 700n;

export type KalshiFeeType = 'quadratic' | 'quadratic_with_maker_fees' | 'quadratic_with_combo_maker_fees';

/** Maker's share of the taker coefficient in percent, by fee type (0.0175 and 0.035 dollars per contract at most). */
const makerPercent: Record<KalshiFeeType, bigint> = {
  quadratic: 0n,
  quadratic_with_maker_fees: 25n,
  quadratic_with_combo_maker_fees: 50n,
};

export interface KalshiFeeTerms {
  /** From when these terms hold. */
  readonly from: Micros;
  readonly type: KalshiFeeType;
  /** In percent: 100 = x1. */
  readonly multiplierPercent: number;
}

/**
 * Series that differ from plain `quadratic` x1, each a list in ascending time. Only those whose terms and dates are
 * documented; a run may add others.
 */
const kalshiFeeSeries: Readonly<Record<string, readonly KalshiFeeTerms[]>> = {
  // Coefficient 0.035 until 2026-07-03T17:00Z, then 0.07 (fee schedule; fee_changes).
  INX: halfUntilJuly2026(),
  INXD: halfUntilJuly2026(),
  INXU: halfUntilJuly2026(),
  KXINX: halfUntilJuly2026(),
  KXINXU: halfUntilJuly2026(),
  NASDAQ100: halfUntilJuly2026(),
  NASDAQ100D: halfUntilJuly2026(),
  NASDAQ100U: halfUntilJuly2026(),
  KXNASDAQ100: halfUntilJuly2026(),
  KXNASDAQ100U: halfUntilJuly2026(),
  // Maker fees x1 (series scan of 2026-09-26); when they began is not known, so they hold from the start.
  KXFED: [{ from: 0, type: 'quadratic_with_maker_fees', multiplierPercent: 100 }],
  KXCPI: [{ from: 0, type: 'quadratic_with_maker_fees', multiplierPercent: 100 }],
  KXINXY: [{ from: 0, type: 'quadratic_with_maker_fees', multiplierPercent: 100 }],
  KXNASDAQ100Y: [{ from: 0, type: 'quadratic_with_maker_fees', multiplierPercent: 100 }],
  // Maker-fee type x0.5; whether the multiplier scales the maker fee too is unverified, taken as yes.
  KXMLBGAME: [{ from: 0, type: 'quadratic_with_maker_fees', multiplierPercent: 50 }],
};

function halfUntilJuly2026(): readonly KalshiFeeTerms[] {
  return [
    { from: 0, type: 'quadratic', multiplierPercent: 50 },
    { from: parseTime('2026-07-03T17:00:00Z'), type: 'quadratic', multiplierPercent: 100 },
  ];
}

const plainTerms: readonly KalshiFeeTerms[] = [{ from: 0, type: 'quadratic', multiplierPercent: 100 }];

/**
 * How a model fee becomes an amount that is charged. Until early 2026 the whole order's fee was rounded up to the next
 * cent. Since then each fill's fee is rounded up to `feePlaces` decimals, and the cash that moves (revenue less fee) is
 * rounded down to what a balance can hold; that difference is collected per order and given back in whole units: cents
 * at first, later what the balance can hold.
 */
interface Rounding {
  readonly from: Micros;
  readonly feePlaces: number | 'order_cent';
  readonly balancePlaces: Readonly<Record<KalshiAccount, number>>;
  readonly rebatePlaces: Readonly<Record<KalshiAccount, number>>;
}

const cents = { direct: 2, intermediary: 2 };
const byAccount = { direct: 4, intermediary: 2 };

/** direct: a member of the exchange · intermediary: behind a broker (FCM). */
export type KalshiAccount = 'direct' | 'intermediary';

const roundings: readonly Rounding[] = [
  { from: 0, feePlaces: 'order_cent', balancePlaces: cents, rebatePlaces: cents },
  // "March to August 2026" without a day; the page of 2026-03-10 has it, fills of August 2026 confirm the four places.
  { from: parseTime('2026-03-01T00:00:00Z'), feePlaces: 4, balancePlaces: cents, rebatePlaces: cents },
  // Balances of four decimals for direct members (changelog 2026-05-28); "always a multiple of $0.01" is still given back.
  { from: parseTime('2026-05-28T00:00:00Z'), feePlaces: 4, balancePlaces: byAccount, rebatePlaces: cents },
  // The page that describes it was captured 2026-09-18, that of 2026-08-25 does not yet; its first day is not documented.
  { from: parseTime('2026-09-01T00:00:00Z'), feePlaces: 6, balancePlaces: byAccount, rebatePlaces: byAccount },
];

export interface KalshiFeeOptions {
  /** Default direct. */
  readonly account?: KalshiAccount;
  /** Terms by series, instead of or besides `kalshiFeeSeries`. */
  readonly series?: Readonly<Record<string, readonly KalshiFeeTerms[]>>;
}

export function kalshiFees(options: KalshiFeeOptions = {}): FeeModel {
  const account = options.account ?? 'direct';
  return {
    name: `kalshi, ${account} account`,
    charge(question, memory) {
      const rounding = latest(roundings, question.at);
      const { instrument, at, override } = question;
      const series = instrument.feeSeries ?? '';
      const entries = options.series?.[series] ?? toldTerms(instrument) ?? kalshiFeeSeries[series] ?? plainTerms;
      const fee = modelFee(question, { ...latest(entries, at), ...knownTerms(override) });
      const before = memory.charged;
      memory.modelled += fee;
      if (rounding.feePlaces === 'order_cent') memory.charged = ceilTo(memory.modelled, moneyUnit(2));
      else {
        const tradeFee = ceilTo(fee, moneyUnit(rounding.feePlaces));
        const balance = moneyUnit(rounding.balancePlaces[account]);
        const rebate = moneyUnit(rounding.rebatePlaces[account]);
        memory.charged += alignedFee(question, tradeFee, balance, rebate, memory);
      }
      return memory.charged - before;
    },
    settle: (question) => payoutRest(question, moneyUnit(latest(roundings, question.at).balancePlaces[account])),
  };
}

/** What the tape says: it was told when it was recorded, so it goes before the table. */
function toldTerms({ feeTerms }: Instrument): readonly KalshiFeeTerms[] | undefined {
  if (!feeTerms || !isKnown(feeTerms.type)) return undefined;
  return [{ from: 0, type: feeTerms.type, multiplierPercent: feeTerms.multiplierPercent }];
}

/** Of an event's fees in place of its series'; a kind of fee that we do not know leaves that of the series. */
function knownTerms({ type, multiplierPercent }: FeeQuestion['override'] = {}): Partial<KalshiFeeTerms> {
  return {
    ...(type !== undefined && isKnown(type) && { type }),
    ...(multiplierPercent !== undefined && { multiplierPercent }),
  };
}

function isKnown(type: string): type is KalshiFeeType {
  return Object.hasOwn(makerPercent, type);
}

/**
 * A payout is rounded down to what a balance holds, and the rest is called a fee: only scalar outcomes leave one (100.01 at
 * 0.3060 pay 30.6030; pages "Market Settlement" and FIX "Market Settlement" of 2026 speak of whole cents, for accounts that have them).
 */
function payoutRest({ instrument, size, payout }: SettlementQuestion, balance: Money): Money {
  const due = notional(instrument, payout, size) + collateral(instrument, size, 0n);
  return due - floorTo(due, balance);
}

/** Exact for prices of four decimals and sizes of two: 10^-16 dollars hold all places that the factors can add. */
function modelFee(question: FeeQuestion, terms: KalshiFeeTerms): Money {
  const { instrument, liquidity, price, size } = question;
  const one = instrument.bounds?.high ?? 0;
  const spread = notional(instrument, price, size) * BigInt(one - price);
  const share = liquidity === 'taker' ? 100n : makerPercent[terms.type];
  // coefficient 10^-4, multiplier and share 10^-2 each, (1 - P) in units of the highest price
  return (spread * TAKER_COEFFICIENT * BigInt(terms.multiplierPercent) * share) / (100_000_000n * BigInt(one));
}

/**
 * The cash that moves (revenue, below 0 for a purchase, less the fee) is rounded down to what a balance holds; what that
 * takes beyond the fee is collected per order and given back in whole units, never below a net fee of zero. Opening a NO
 * position moves a whole number of cents more than selling YES, so one formula does for both.
 */
function alignedFee(question: FeeQuestion, tradeFee: Money, balance: Money, unit: Money, memory: FeeMemory): Money {
  const revenue = -BigInt(question.side) * notional(question.instrument, question.price, question.size);
  const roundingFee = revenue - tradeFee - floorTo(revenue - tradeFee, balance);
  memory.rounding += roundingFee;
  const due = tradeFee + roundingFee;
  let rebate = floorTo(memory.rounding, unit);
  if (rebate > due) rebate = floorTo(due, unit);
  memory.rounding -= rebate;
  return due - rebate;
}
