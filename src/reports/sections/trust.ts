import { figureFacts } from '../figure-facts.ts';
import { count, figure, percent, reasons, signedMoney } from '../format.ts';
import { type Column, html, type Markup, signedAmount, table } from '../markup.ts';
import { catalogue, type MetricKey } from '../metrics/catalogue.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Trials } from '../metrics/overfitting.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';
import { FEES_HIGHER, sensitivities, type WorseReplays } from '../sensitivity.ts';

const robust: readonly MetricKey[] = ['pnl.exTop1', 'pnl.exTop5', 'pnl.exBestDay', 'trades.topShare', 'topShare.1'];

/** How much of the result may be luck, and how little it takes to lose it; absent without fills. */
export function trust(report: RunReport): Section | undefined {
  const { analysis } = report;
  if (analysis.data.fills.length === 0) return undefined;
  return {
    name: 'trust',
    title: 'How far to trust it',
    html: html`${luckTable(report)}${sensitivityTable(report)}<h3>Without the best of it</h3>${figureFacts(report, robust)}`,
    charts: [],
  };
}

function luckTable({ figures, analysis, trials }: RunReport): Markup {
  const n = figures['sharpe.minTRL'].n;
  const needed = figures['sharpe.minTRL'].value;
  const tested = figures['pnl.tStat'].value;
  const row = (key: MetricKey, says: string) => {
    const metric = figures[key];
    const why = metric.reason ? reasons[metric.reason] : '';
    return [catalogue[key].label, figure(key, metric, analysis.currency), count(metric.n), why || says];
  };
  return table(
    'Could it be luck?',
    [
      { title: 'Test' },
      { title: 'Value', kind: 'figures' },
      { title: 'n', kind: 'figures' },
      { title: 'What it says', kind: 'prose' },
    ],
    [
      row('sharpe.psr0', 'chance that the true Sharpe ratio is above 0, were this the only strategy tried'),
      row('sharpe.psrAnnual1', 'the same of a Sharpe ratio of 1 a year'),
      trials
        ? row('sharpe.dsr', `the same against the best of ${count(trials.count)} trials without skill`)
        : [
            catalogue['sharpe.dsr'].label,
            'n/a',
            count(n),
            'how many strategies were tried before this one is not known',
          ],
      ...(trials ? [row('pbo', overfitText(trials))] : []),
      row('sharpe.minTRL', needed === null ? '' : lengthText(Math.ceil(needed), n)),
      row('pnl.tStat', tested !== null && Math.abs(tested) > 2 ? 'hardly chance' : 'may well be chance'),
    ],
  );
}

/** What becomes of the trial that is best in half of the sessions. */
function overfitText({ overfitting: splits }: Trials): string {
  const loss = splits?.lossProbability.value;
  const lost = typeof loss === 'number' ? `; it loses money there in ${percent(loss)}` : '';
  return `how often the best trial of one half of the sessions is in the worse half of all in the other${lost}`;
}

function lengthText(needed: number, n: number): string {
  return needed > n
    ? `of ${count(needed)} sessions needed there are ${count(n)}: ${percent(n / needed)}`
    : `there are ${count(n)} sessions, and ${count(needed)} are enough`;
}

function sensitivityTable(report: RunReport): Markup | string {
  const { analysis, replays } = report;
  const rows = [...arithmeticRows(report), ...(replays ? replayRows(replays, analysis.currency) : [])];
  if (rows.length === 0) return '';
  const columns: Column[] = [
    { title: 'Change', kind: 'prose' },
    { title: 'Net P&L', kind: 'figures' },
    { title: 'Difference', kind: 'figures' },
    ...(replays ? (['Trips', 'Win rate', 'Fill rate'] as const) : []).map(
      (title): Column => ({ title, kind: 'figures' }),
    ),
  ];
  const note = replays ? replayNote(replays) : noReplays;
  return html`${table('What would be left if', columns, rows)}<p class="note">${note}</p>`;
}

type Row = readonly (Markup | string)[];

/** What replays tell is not told by arithmetic too. */
function arithmeticRows({ analysis, figures, replays }: RunReport): Row[] {
  const { netPnl, currency } = analysis;
  const changes = sensitivities(analysis).filter(({ change }) => !replays || change !== FEES_HIGHER);
  if (changes.length === 0) return [];
  const rates = [figures['winRate.trip'], figures['fill.rateOrder']].map(rateText);
  const trips = count(figures['trades.count'].value ?? 0);
  return [
    ['nothing changed', signedAmount(netPnl, currency), '', ...(replays ? [trips, ...rates] : [])],
    ...changes.map(({ change, amount }) => [
      change,
      signedAmount(netPnl + amount, currency),
      signedMoney(amount, currency),
    ]),
  ];
}

function replayRows({ unchanged, reproduced, changed }: WorseReplays, currency: string | undefined): Row[] {
  // The same as the run's own row, unless the run could not be made again.
  return [...(reproduced ? [] : [unchanged]), ...changed].map((replay) => [
    `${replay.change} (replayed)`,
    signedAmount(replay.net, currency),
    replay === unchanged ? '' : signedMoney(replay.net - unchanged.net, currency),
    count(replay.trips),
    rateText(replay.winRate),
    rateText(replay.fillRate),
  ]);
}

const rateText = ({ value }: Metric): string => (value === null ? 'n/a' : percent(value));

const noReplays = html`By arithmetic on the fills; the strategy might have done other things. What 100 ms more, or the back of the queue, would do takes replays of the tape: <code>truetape report RUN --auto TAPE</code>.`;

function replayNote({ reproduced }: WorseReplays): string {
  const said =
    'Replayed: the same tapes through the same strategy with one setting changed, and everything that it led to. The other rows are arithmetic on the fills.';
  return reproduced
    ? said
    : `${said} With nothing changed the replay is not this run, bit for bit: the differences are against that replay.`;
}
