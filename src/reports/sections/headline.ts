import { createHash } from 'node:crypto';
import { parseMoney } from '../../market/units.ts';
import type { EvidenceResult } from '../analysis.ts';
import { count, decimal, duration, figure, percent, placesOf, reasons, signedMoney } from '../format.ts';
import { facts, html, type Markup, signedAmount } from '../markup.ts';
import { catalogue, type MetricKey } from '../metrics/catalogue.ts';
import type { Interval, Metric } from '../metrics/metric.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';
import { evidenceNames } from './evidence.ts';

/** What was run, and the figures that people ask for first. */
export function headline(report: RunReport): Section {
  return {
    name: 'headline',
    title: 'Headline',
    html: html`${identity(report)}<div class="tiles">${[...resultTiles(report), ...rateTiles(report), ...tradingTiles(report)]}</div>`,
    charts: [],
  };
}

/** By what the run can be told from others, and what its fills were made of. */
function identity({ analysis, coverage }: RunReport): Markup {
  const { manifest } = analysis.data;
  const { config, strategy, tapes } = manifest;
  const { latency, fees, queue, fills, mark } = config as Partial<Record<string, unknown>>;
  const known: readonly (readonly [string, string])[] = [
    ['Code', strategy.codeSha256?.slice(0, 12) ?? 'shipped'],
    ['Configuration', sha256(JSON.stringify([manifest.parameters, config])).slice(0, 12)],
    ['Version', manifest.createdBy],
    ['Seed', manifest.seed],
    ['Tapes', tapes.map(({ name, sha256 }) => `${name} ${sha256.slice(0, 8)}`).join(', ')],
    ['Books usable', coverage.length === 0 ? '' : usableShare(coverage)],
    ['Latency', textOf(latency)],
    ['Queue', textOf(queue)],
    ['Fills', textOf(fills)],
    ['Fees', textOf(fees)],
    ['Marks', textOf(mark)],
  ];
  return facts(known.filter(([, value]) => value !== ''));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of the time in which markets were traded; rounded down, so that 100% is all of it. */
function usableShare(books: RunReport['coverage']): string {
  const time = books.reduce((sum, { from, to }) => sum + to - from, 0);
  const lost = books.reduce((sum, { unusable }) => sum + unusable, 0);
  return time > 0 ? `${decimal(Math.floor((1 - lost / time) * 10_000) / 100, 2)}%` : '';
}

/** A setting in a few words: its name if it has one. */
function textOf(setting: unknown): string {
  if (typeof setting === 'string') return setting;
  if (setting === null || typeof setting !== 'object') return '';
  if ('name' in setting && typeof setting.name === 'string') return setting.name;
  return [...new Set(Object.values(setting).filter((value) => typeof value === 'string'))].sort().join(', ');
}

type Tile = (key: MetricKey, notes: readonly (Markup | string)[], drawing?: Markup) => Markup;

const tileOf =
  (report: RunReport): Tile =>
  (key, notes, drawing) =>
    metricTile(key, report.figures[key], report.analysis.currency, [...notes, changeNote(report, key)], drawing);

/** Against the first of several runs. */
function changeNote({ figures, analysis, baseline }: RunReport, key: MetricKey): string {
  const [is, was] = [figures[key].value, baseline?.figures[key].value ?? null];
  if (!baseline || is === null || was === null || analysis.currency !== baseline.analysis.currency) return '';
  // The difference of two shares is no share of anything.
  const change = figure(key, { value: is - was, n: 0 }, analysis.currency).replace('%', ' points');
  return `${is > was ? '+' : ''}${change} against the first run`;
}

/** A note with a figure in it, if it has a value. */
const noteOf =
  ({ figures, analysis }: RunReport) =>
  (key: MetricKey, write: (value: string) => string): string =>
    figures[key].value === null ? '' : write(figure(key, figures[key], analysis.currency));

function resultTiles(report: RunReport): Markup[] {
  const { figures: all, analysis } = report;
  const { calendar, netPnl, fees, currency } = analysis;
  const [tile, note] = [tileOf(report), noteOf(report)];
  const fell = all['dd.duration'].value;
  return [
    all['pnl.net'].value === null
      ? tile('pnl.net', [])
      : plainTile('Net P&L', signedAmount(netPnl, currency), '', [
          intervalNote(all['pnl.net'].interval, (bound) => signedMoney(bound, currency)),
          `${signedMoney(netPnl + fees, currency)} before fees`,
          note('exposure.timeInMarket', (share) => `${share} of the time in the market`),
          changeNote(report, 'pnl.net'),
        ]),
    tile('return.total', [calendar.name, note('exposure.grossMax', (most) => `at most ${most} of equity at stake`)]),
    tile('dd.maxPct', [
      note('dd.maxMoney', (most) => most),
      liquidationNote(report),
      fell === null
        ? ''
        : `${duration(fell)}${all['dd.recovery'].value === null ? ', not recovered' : ' until recovered'}`,
    ]),
    tile('ratio.sharpe', [
      note('sharpe.psr0', (chance) => `above 0 with probability ${chance}`),
      `${calendar.periodsPerYear} sessions a year`,
    ]),
  ];
}

/** The same if everything had to be closed at each moment. */
function liquidationNote({ figures, analysis }: RunReport): Markup | string {
  const [part, amount] = (['dd.liquidationPct', 'dd.liquidationMoney'] as const).map((key) =>
    figures[key].value === null ? '' : figure(key, figures[key], analysis.currency),
  );
  // A line may break between the minus and the sign of the currency.
  return part === '' ? '' : html`closed at bid or ask: ${part}, <span class="whole">${amount}</span>`;
}

const intervalNote = (interval: Interval | undefined, write: (bound: number) => string): string =>
  interval ? `95%: ${write(interval[0])} to ${write(interval[1])}` : '';

/** The win rate three ways, and the price at which contracts break even. */
function rateTiles(report: RunReport): Markup[] {
  const { figures: all } = report;
  const [tile, note] = [tileOf(report), noteOf(report)];
  const breakEven = all['winRate.breakEven'].value;
  const byEvent = (key: MetricKey) => intervalNote(all[key].eventInterval, percent).replace('95%', 'by event, 95%');
  return [
    tile('winRate.trip', [byEvent('winRate.trip'), 'one bet a round trip'], intervalBar(all['winRate.trip'])),
    tile('winRate.market', [byEvent('winRate.market'), 'one bet a market'], intervalBar(all['winRate.market'])),
    tile(
      'winRate.contract',
      [
        note('winRate.breakEven', (rate) => `held to settlement they break even at ${rate}`),
        note('winRate.excess', (excess) => `their win rate less that: ${excess}`),
      ],
      intervalBar(all['winRate.contract'], breakEven),
    ),
    tile('edge.realised', [
      note('edge.expected', (edge) => `the model expected ${edge}`),
      note('edge.clv', (value) => `closing line value ${value}`),
    ]),
  ];
}

function tradingTiles(report: RunReport): Markup[] {
  const { analysis } = report;
  const [tile, note] = [tileOf(report), noteOf(report)];
  const fills = analysis.data.fills.filter(({ settlement }) => !settlement).length;
  return [
    tile('pnl.profitFactor', [
      note('pnl.avgWin', (win) => `average win ${win}`),
      note('pnl.avgLoss', (loss) => `average loss ${loss}`),
    ]),
    tile('pnl.expectancy', ['per round trip', note('pnl.tStat', (t) => `t-statistic ${t}`)]),
    tile('markout.10s', ['per unit', note('spread.effectiveHalf', (half) => `half spread ${half} at the fill`)]),
    tile('fees.total', [
      note('fees.ofGrossProfit', (share) => `${share} of gross P&L`),
      note('fees.perContract', (fee) => `${fee} per contract`),
    ]),
    tile(
      'fill.rateOrder',
      [note('fill.rateQty', (rate) => `${rate} of the size`)],
      intervalBar(report.figures['fill.rateOrder']),
    ),
    plainTile('Fills', count(fills), '', evidenceNotes(analysis.evidence), evidenceBar(analysis.evidence)),
    tile('share.maker', ['of the traded size', note('share.makerNotional', (share) => `${share} by value`)]),
    tile('queue.waitMedian', ['until the first fill of a resting order']),
    ...likenessTile(report),
  ];
}

/** From a comparison with another run. */
function likenessTile({ likeness, analysis }: RunReport): Markup[] {
  if (!likeness) return [];
  const { one, other, results, score } = likeness;
  const gap = parseMoney(results.gap);
  const notes = [`of 100: ${one} and ${other}`, `gap ${signedMoney(gap, analysis.currency, placesOf([gap]))}`];
  return score.value === null
    ? [plainTile('Likeness', 'n/a', 'none', ['not comparable, see the comparison', ...notes])]
    : [plainTile('Likeness', decimal(score.value, 1), '', notes)];
}

function plainTile(
  label: string,
  value: Markup | string,
  className: string,
  notes: readonly (Markup | string)[],
  drawing?: Markup,
): Markup {
  return html`<div class="tile"><h3>${label}</h3><p class="value ${className}">${value}</p>${drawing}${notesOf(notes)}</div>`;
}

/** Greyed out where too little stands behind the value. */
function metricTile(
  key: MetricKey,
  metric: Metric,
  currency: string | undefined,
  notes: readonly (Markup | string)[],
  drawing?: Markup,
): Markup {
  const { label } = catalogue[key];
  const { value, reason, interval, reliability, n } = metric;
  const shown = figure(key, metric, currency);
  if (value === null) return plainTile(label, shown, 'none', [reason ? reasons[reason] : '', `n = ${count(n)}`]);
  const bound = (at: number) => figure(key, { value: at, n }, currency);
  const bounds = intervalNote(interval, bound);
  const size = `n = ${count(n)}`;
  const isWeak = reliability !== undefined && reliability !== 'ok';
  const badge = isWeak
    ? html`<span class="badge">${reliability === 'low' ? 'low' : 'very low'} reliability, ${size}</span>`
    : size;
  return plainTile(label, shown, reliability === 'very_low' ? 'weak' : '', [bounds, ...notes, badge], drawing);
}

function notesOf(notes: readonly (Markup | string)[]): Markup {
  return html`${notes.filter((note) => note !== '').map((note) => html`<p class="note">${note}</p>`)}`;
}

/** A rate with its interval on a line from 0 to 1; the tick is where it would break even. */
function intervalBar({ value, interval }: Metric, breakEven: number | null = null): Markup | undefined {
  if (value === null || (!interval && breakEven === null)) return undefined;
  const at = (share: number) => decimal(share * 100, 2);
  const tick = breakEven === null ? '' : html`<rect class="even" x="${at(breakEven)}" y="0" width="0.8" height="10"/>`;
  const band = interval
    ? html`<rect class="band" x="${at(interval[0])}" y="2.5" width="${at(interval[1] - interval[0])}" height="5"/>`
    : '';
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" x="0" y="4" width="100" height="2"/>${band}<rect class="point" x="${at(Math.max(0, value - 0.006))}" y="0.5" width="1.2" height="9"/>${tick}</svg>`;
}

/** Size by evidence, strongest first, from left to right. */
function evidenceBar(evidence: readonly EvidenceResult[]): Markup | undefined {
  const total = evidence.reduce((sum, { size }) => sum + Number(size), 0);
  if (total === 0) return undefined;
  let left = 0;
  const parts = evidence.map(({ grade, size }) => {
    const width = (Number(size) / total) * 100;
    const part = html`<rect class="${grade}" x="${decimal(left, 2)}" y="2" width="${decimal(width, 2)}" height="6"/>`;
    left += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

function evidenceNotes(evidence: readonly EvidenceResult[]): string[] {
  const total = evidence.reduce((sum, { size }) => sum + Number(size), 0);
  return evidence.map(({ grade, size }) => `${evidenceNames[grade].name} ${percent(Number(size) / total)}`);
}
