import { usDayAt } from '../../market/us-sessions.ts';
import { since, type UsFee, usFees } from '../models/us-fees.ts';

/** SEC, Section 31, on the value of sales. Fee Rate Advisories 2021-2, 2024-2, 2025-2, 2026-2 (and 91 FR 10643, 2026-03-04). */
export const secFee: UsFee = {
  name: 'SEC',
  side: 'sales',
  on: 'value',
  rates: [
    since('1970-01-01', '0.0000051'),
    since('2024-05-22', '0.0000278'),
    since('2025-05-14', '0'),
    since('2026-04-04', '0.0000206'),
  ],
};

/**
 * FINRA Trading Activity Fee, a share sold. Schedule of SR-FINRA-2024-019. SR-FINRA-2026-021 proposes none for the last
 * quarter of 2026; taken as effective, which is likely but not verified. The rate of 2023 is from a third party.
 */
const tradingActivityFee: UsFee = {
  name: 'TAF',
  side: 'sales',
  on: 'unit',
  rates: [
    since('1970-01-01', '0.000145', '7.27'),
    since('2024-01-01', '0.000166', '8.30'),
    since('2026-01-01', '0.000195', '9.79'),
    since('2026-10-01', '0'),
    since('2027-01-01', '0.000232', '11.61'),
    since('2028-01-01', '0.000240', '12.05'),
    since('2029-01-01', '0.000249', '12.50'),
  ],
};

/** Consolidated Audit Trail, a share bought or sold. Alpaca's page, undated, and its schedule of 2026-07-01; when it fell is not known. */
export const auditTrailRates = [since('1970-01-01', '0.000046'), since('2026-07-01', '0.000003')];

/**
 * What a broker without commissions passes on. Alpaca sums up each component over the day and rounds it up to the cent then
 * (docs.alpaca.markets "Regulatory Fees", read October 2026); `trade` is for brokers that round every trade.
 */
export function usEquityFees(rounded: 'trade' | 'day') {
  const auditTrail: UsFee = { name: 'CAT', side: 'both', on: 'unit', rates: auditTrailRates };
  return usFees('SEC, TAF and CAT on shares', [secFee, tradingActivityFee, auditTrail], rounded);
}

/**
 * 9:30 to 16:00 in New York (13:00 on some days), the holidays of the NYSE; `extended` adds 4:00 to 9:30 and four hours
 * after the close, for limit orders only (Alpaca, "Orders": `extended_hours` takes limit orders of the day). Trading at
 * night (20:00 to 4:00) is not modelled.
 */
export function usEquityHours(sessions: 'regular' | 'extended'): (at: number) => 'open' | 'limited' | 'closed' {
  const HOUR = 3_600_000_000;
  let day = usDayAt(0);
  return (at) => {
    if (at < day.from || at >= day.until) day = usDayAt(at);
    if (at >= day.opens && at < day.closes) return 'open';
    const isExtended = at >= day.opens - 5.5 * HOUR && at < day.closes + 4 * HOUR;
    return isExtended && sessions === 'extended' ? 'limited' : 'closed';
  };
}
