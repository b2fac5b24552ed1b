import type { Instrument } from '../../market/instrument.ts';
import { since, type UsFee, usFees } from '../models/us-fees.ts';
import { auditTrailRates, secFee } from './us-equities.ts';

const isOnIndex = ({ option }: Instrument): boolean => option?.settlement === 'cash';

/** FINRA Trading Activity Fee, a contract sold: 2024 and 2025 by Alpaca's page, 2026 by several brokers' cards; none in its last quarter (see shares). */
const tradingActivityFee: UsFee = {
  name: 'TAF',
  side: 'sales',
  on: 'unit',
  rates: [
    since('1970-01-01', '0.00244'),
    since('2024-01-01', '0.00279'),
    since('2026-01-01', '0.00329'),
    since('2026-10-01', '0'),
    // The increase of 2027 is known for shares only.
    since('2027-01-01', '0.00329'),
  ],
};

/**
 * Options Regulatory Fee of all exchanges together, a contract bought or sold: Alpaca's page (undated, of 2024 or before);
 * Interactive Brokers' sum as of 2025-03-03; $0.015 as read off an account at Alpaca, 2026-08-04 to 08-17, its first day not known.
 */
const regulatoryFee: UsFee = {
  name: 'ORF',
  side: 'both',
  on: 'unit',
  rates: [since('1970-01-01', '0.02685'), since('2025-03-03', '0.02815'), since('2026-08-01', '0.015')],
};

/** Options Clearing Corporation, a contract: its schedule; 90 FR 10544 filed 2025-02-14 for $0.025 and no cap (the account of August 2026 shows it). */
const clearingFee: UsFee = {
  name: 'OCC',
  side: 'both',
  on: 'unit',
  rates: [since('1970-01-01', '0.02', '55'), since('2025-02-14', '0.025')],
};

/** 100 shares to the contract. */
const auditTrail: UsFee = {
  name: 'CAT',
  side: 'both',
  on: 'unit',
  rates: auditTrailRates.map(({ from, rate }) => ({ from, rate: rate * 100n })),
};

/**
 * Of exchanges that alone list an index, a contract bought or sold: what tastytrade passes on for customers ("Single-Listed
 * Exchange Proprietary Index Options Fees", undated). Cboe's own grade SPX by premium; not verified.
 */
const exchangeFees: Readonly<Record<string, string>> = {
  SPX: '0.65',
  VIX: '0.65',
  OEX: '0.40',
  XEO: '0.40',
  DJX: '0.18',
  RUT: '0.18',
  XSP: '0.07',
};

const exchangeFee = (index: string, rate: string): UsFee => ({
  name: `exchange ${index}`,
  side: 'both',
  on: 'unit',
  rates: [since('1970-01-01', rate)],
  where: ({ option }) => option?.underlying === index,
});

/** Without a commission (Alpaca's support, 2026-08-18). Sales of options on indices are no covered sales of Section 31. */
export function usOptionFees(rounded: 'trade' | 'day') {
  const sec: UsFee = { ...secFee, where: (instrument) => !isOnIndex(instrument) };
  const exchanges = Object.entries(exchangeFees).map(([index, rate]) => exchangeFee(index, rate));
  const fees = [sec, tradingActivityFee, regulatoryFee, clearingFee, auditTrail, ...exchanges];
  return usFees('SEC, TAF, ORF, OCC, CAT and exchange fees on options', fees, rounded);
}

/** Where orders fill between middle (0) and far side (1) of a quote: three quarters of the way, for an order of one leg. */
export const SPREAD_SHARE = 0.75;
