/** What a reader must know before the figures. */
import { formatTime } from '../market/units.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { type Analysis, orderTotals } from './analysis.ts';
import type { MarketCoverage } from './coverage.ts';
import type { Figures } from './figures.ts';
import { count, money, percent } from './format.ts';
import { exactAmount } from './numbers.ts';

export interface Warning {
  readonly code:
    | 'optimistic_fills'
    | 'strategy_stopped'
    | 'own_orders'
    | 'no_fills'
    | 'rejections'
    | 'tape_gaps'
    | 'book_gaps'
    | 'decode_problems'
    | 'open_positions'
    | 'weak_evidence'
    | 'few_sessions'
    | 'few_trips'
    | 'mixed_currency'
    | 'fees_do_not_add_up'
    | 'mixed_fees';
  readonly text: string;
}

export function warningsOf(analysis: Analysis, figures: Figures, coverage: readonly MarketCoverage[]): Warning[] {
  return [
    ...settingWarnings(analysis),
    ...stopWarnings(analysis),
    ...dataWarnings(analysis, coverage),
    ...resultWarnings(analysis),
    ...sampleWarnings(analysis, figures),
  ];
}

/** Settings under which results cannot be believed, or not be told in one figure. */
function settingWarnings(analysis: Analysis): Warning[] {
  return [...fillRuleWarnings(analysis), ...feeWarnings(analysis)];
}

/** Fees of one contract and shares of fees are then means of different things. */
function feeWarnings({ data }: Analysis): Warning[] {
  const byVenue = Object.entries((data.manifest.config.fees ?? {}) as Readonly<Record<string, string>>);
  const schedules = byVenue.flatMap(([venue, names]) => names.split('; ').map((name) => `${venue}: ${name}`));
  if (schedules.length < 2) return [];
  return [{ code: 'mixed_fees', text: `Mixed fee schedules: ${schedules.join('; ')}.` }];
}

function fillRuleWarnings({ data }: Analysis): Warning[] {
  const claims = {
    crossed: 'whole by a quote across from them, without a print',
    touch: 'whole by any print at their price, whatever its size and the queue ahead',
  };
  const claim = claims[data.manifest.config.fills as keyof typeof claims];
  if (claim === undefined) return [];
  const text = `Optimistic by choice (fills: ${data.manifest.config.fills}): resting orders were filled ${claim}. No venue does that; compare with fills: prints.`;
  return [{ code: 'optimistic_fills', text }];
}

/** On paper a strategy that throws is stopped, and the session goes on without it. */
function stopWarnings({ data }: Analysis): Warning[] {
  return data.notes
    .filter(({ kind }) => kind === 'stopped')
    .map(({ at, text }) => ({
      code: 'strategy_stopped',
      text: `The strategy was stopped at ${formatTime(at)}, and did nothing after it: ${text}`,
    }));
}

function dataWarnings({ data }: Analysis, coverage: readonly MarketCoverage[]): Warning[] {
  const warnings: Warning[] = [];
  const { tapes, ownOrders } = data.manifest;
  if (ownOrders) warnings.push({ code: 'own_orders', text: `${ownOrdersText(ownOrders)}.` });
  const tapeGaps = tapes.reduce((sum, { gaps }) => sum + gaps.length, 0);
  if (tapeGaps > 0) {
    warnings.push({
      code: 'tape_gaps',
      text: `${plural(tapeGaps, 'gap')} in the recording: something may be missing there.`,
    });
  }
  const broken = coverage.filter(({ gaps }) => gaps.length > 0);
  if (broken.length > 0) {
    const gaps = broken.reduce((sum, each) => sum + each.gaps.length, 0);
    const text = `The books of ${plural(broken.length, 'traded market')} could not be relied on at times (${plural(gaps, 'gap')}).`;
    warnings.push({ code: 'book_gaps', text });
  }
  const problems = tapes.flatMap((tape) => tape.problems);
  if (problems.length > 0) {
    const frames = problems.reduce((sum, [, number]) => sum + number, 0);
    const text = `${plural(frames, 'frame')} could not be decoded: ${problems.map(([reason, number]) => `${reason} (${count(number)})`).join(', ')}.`;
    warnings.push({ code: 'decode_problems', text });
  }
  return warnings;
}

/** What was taken out of the recorded market, and what could not be. */
export function ownOrdersText(taken: NonNullable<RunManifest['ownOrders']>): string {
  const { name, orders, prints, clamps, untraced, unprinted, unknown } = taken;
  const parts = [
    `${name}: our size of ${plural(orders, 'resting order')} was taken out of the recorded book`,
    `${plural(prints, 'print')} of our own taking left out`,
    `${plural(clamps, 'time')} a level showed less than ours`,
  ];
  if (untraced > 0)
    parts.push(`${plural(untraced, 'change')} of ours not seen in the book, so the time of the file counted`);
  if (unprinted > 0) parts.push(`${plural(unprinted, 'fill')} of our own taking without a print`);
  if (unknown > 0) parts.push(`${plural(unknown, 'order')} without a limit left in the book`);
  return parts.join('; ');
}

/** More than now and then: the strategy asks for what the venue does not give. */
const REJECTED_MANY = 0.2;

function rejectionWarnings({ orders, orderEnds }: Analysis['data']): Warning[] {
  const { sent, rejected } = orderTotals(orders);
  if (rejected === 0 || rejected < REJECTED_MANY * sent) return [];
  const reasons = orderEnds
    .filter(({ state, reason }) => state === 'rejected' && !reason.startsWith('risk_'))
    .map(({ reason, orders: number }) => `${reason || 'no reason told'} ${count(number)}`);
  const text = `${count(rejected)} of ${count(sent)} orders were rejected by the venue (${reasons.join(', ')}): what the strategy meant to do, it did not do.`;
  return [{ code: 'rejections', text }];
}

function resultWarnings({ data, markets, evidence, currency, fees }: Analysis): Warning[] {
  const warnings: Warning[] = [];
  if (data.fills.length === 0)
    warnings.push({ code: 'no_fills', text: 'Nothing was filled: there is no result to judge.' });
  warnings.push(...rejectionWarnings(data));
  const open = markets.filter(({ held }) => held !== 0n);
  if (open.length > 0) {
    const net = open.reduce((sum, market) => sum + market.net, 0n);
    const text = `${plural(open.length, 'market')} unsettled at the end, with a position valued at its last mark: ${money(net, currency)} of the net P&L.`;
    warnings.push({ code: 'open_positions', text });
  }
  const traded = evidence.reduce((sum, { size }) => sum + size, 0n);
  for (const { grade, size } of evidence) {
    if (grade !== 'inferred_print' && grade !== 'modelled') continue;
    const what =
      grade === 'modelled'
        ? 'a statistical model alone'
        : 'inferred prints: trades derived from the book, not reported';
    const text = `${percent(Number(size) / Number(traded))} of the traded size rests on ${what}.`;
    warnings.push({ code: 'weak_evidence', text });
  }
  if (currency === undefined) {
    warnings.push({
      code: 'mixed_currency',
      text: 'Instruments in several currencies: figures of money are not given.',
    });
  }
  const charged = data.fills.reduce((sum, { fee }) => sum + fee, 0n);
  if (charged !== fees) {
    const text = `The fees of the fills (${exactAmount(charged)}) are not those of the account (${exactAmount(fees)}).`;
    warnings.push({ code: 'fees_do_not_add_up', text });
  }
  return warnings;
}

/** Ratios of fewer than 20 observations are noise with a name. */
function sampleWarnings({ sessions }: Analysis, figures: Figures): Warning[] {
  const warnings: Warning[] = [];
  if (sessions.length < 20) {
    const text = `${plural(sessions.length, 'session')}: Sharpe ratio, volatility and other figures of sessions say very little below 20.`;
    warnings.push({ code: 'few_sessions', text });
  }
  const trips = figures['trades.count'].value ?? 0;
  if (trips > 0 && trips < 20) {
    const text = `${plural(trips, 'round trip')}: win rate, profit factor and expectancy say very little below 20.`;
    warnings.push({ code: 'few_trips', text });
  }
  return warnings;
}

function plural(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}
