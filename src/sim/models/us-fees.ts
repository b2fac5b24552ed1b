import { type Instrument, notional } from '../../market/instrument.ts';
import { type Micros, type Money, ONE_DOLLAR, parseMoney } from '../../market/units.ts';
import { usDayAt, usDayOf } from '../../market/us-sessions.ts';
import type { FeeModel, FeeQuestion } from '../../market/venue.ts';
import { ceilTo, latest, moneyUnit } from './fees.ts';

export interface UsRate {
  readonly from: Micros;
  readonly rate: Money;
  readonly most?: Money;
}

/** A rate from midnight in New York on. */
export function since(date: string, rate: string, most?: string): UsRate {
  return { from: usDayOf(date).from, rate: parseMoney(rate), ...(most !== undefined && { most: parseMoney(most) }) };
}

/** One line of a bill: what is charged, on what, and how much of it since when. */
export interface UsFee {
  readonly name: string;
  readonly side: 'sales' | 'both';
  /** value: dollars traded · unit: shares or contracts. */
  readonly on: 'value' | 'unit';
  /** In ascending time; `rate` is dollars for each dollar or unit, `most` dollars for one trade. */
  readonly rates: readonly UsRate[];
  /** For which instruments; left out: all. */
  readonly where?: (instrument: Instrument) => boolean;
}

/**
 * Fees by component, each rounded up to the cent by itself: of every trade, or of the sum of a day in New York (then a
 * trade pays what it adds to that sum, so that the day's bill is right, and the cash is gone by the trade).
 */
export function usFees(name: string, fees: readonly UsFee[], rounded: 'trade' | 'day'): FeeModel {
  return {
    name: `${name}, each rounded up by the ${rounded}`,
    charge(question, memory) {
      const day = rounded === 'day' ? usDayAt(question.at).date : '';
      let due = 0n;
      for (const fee of fees) {
        const exact = exactFee(fee, question);
        if (exact === 0n) continue;
        memory.modelled += exact;
        const key = `${name} ${fee.name} ${day}`;
        const before = rounded === 'day' ? (memory.accrued.get(key) ?? 0n) : 0n;
        if (rounded === 'day') memory.accrued.set(key, before + exact);
        due += toCent(before + exact) - toCent(before);
      }
      memory.charged += due;
      return due;
    },
  };
}

function exactFee(fee: UsFee, { instrument, side, price, size, at }: FeeQuestion): Money {
  if ((fee.side === 'sales' && side > 0) || fee.where?.(instrument) === false) return 0n;
  const { rate, most } = latest(fee.rates, at);
  const exact =
    fee.on === 'value'
      ? (notional(instrument, price, size) * rate) / ONE_DOLLAR
      : (BigInt(size) * rate) / 10n ** BigInt(instrument.sizeDecimals);
  return most !== undefined && exact > most ? most : exact;
}

function toCent(value: Money): Money {
  return ceilTo(value, moneyUnit(2));
}
