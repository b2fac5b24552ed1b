import type { TopLevelSpec } from 'vega-lite';
import { nameLabels, timeAxis } from '../axes.ts';
import type { MarketCoverage } from '../coverage.ts';
import { count, decimal, duration, time } from '../format.ts';
import { html, type Markup, table } from '../markup.ts';
import type { RunReport } from '../run-report.ts';
import { type Chart, chartFigure, type Dataset, type Section } from '../section.ts';

const LANES_MAX = 30;
const ROWS_MAX = 100;
/** Notes on what limited or stopped the run. */
const sessionKinds: ReadonlySet<string> = new Set(['risk', 'stopped', 'halted', 'resumed', 'limits']);

/** What was recorded, and how far it could be relied on; absent if nothing was. */
export function coverage({ analysis, coverage: books }: RunReport): Section | undefined {
  const { data } = analysis;
  const { tapes } = data.manifest;
  if (tapes.length === 0 && books.length === 0) return undefined;
  const chart = laneChart(tapes, books);
  return {
    name: 'coverage',
    title: 'Coverage and gaps',
    html: html`${chartFigure(chart)}${tapeTable(tapes)}${tapes.map(clockNote)}${books.length > 0 ? bookTable(books) : ''}${gapTable(tapes, books)}${notes(
      'Risk gate and halts',
      data.notes.filter(({ kind }) => sessionKinds.has(kind)),
    )}${notes(
      'Remarks of the strategy',
      data.notes.filter(({ kind }) => kind === 'remark'),
    )}`,
    charts: [chart],
  };
}

type Tapes = RunReport['analysis']['data']['manifest']['tapes'];
type Books = RunReport['coverage'];
type Notes = RunReport['analysis']['data']['notes'];

function tapeTable(tapes: Tapes): Markup {
  return table(
    'Tapes',
    [
      { title: 'Tape' },
      { title: 'Feed' },
      { title: 'From (UTC)' },
      { title: 'Length', kind: 'figures' },
      { title: 'Frames', kind: 'figures' },
      { title: 'Gaps', kind: 'figures' },
      { title: 'Frames not decoded', kind: 'figures' },
    ],
    tapes.map(({ name, feed, from, to, frames, gaps, problems }) => [
      name,
      feed,
      time(from),
      duration(to - from),
      count(frames),
      count(gaps.length),
      count(problems.reduce((sum, [, number]) => sum + number, 0)),
    ]),
  );
}

/** At what time the venue saw the frames, where that was not their receipt. */
function clockNote({ name, venueClock }: Tapes[number]): Markup | string {
  if (!venueClock) return '';
  const { behind, untimed } = venueClock;
  const clock = behind > 0 ? ` The recorder's clock was ${duration(behind)} behind the venue's: taken off.` : '';
  const rest = untimed > 0 ? ` Frames that tell no such time were seen at receipt: ${count(untimed)}.` : '';
  return html`<p class="note">The venue saw the frames of ${name} at its own time.${clock}${rest}</p>`;
}

function bookTable(books: Books): Markup {
  const list = table(
    'Books of the traded markets, least usable first',
    [
      { title: 'Market' },
      { title: 'First order (UTC)' },
      { title: 'In use for', kind: 'figures' },
      { title: 'Gaps', kind: 'figures' },
      { title: 'Unusable for', kind: 'figures' },
      { title: 'Usable', kind: 'figures' },
      { title: 'Lost for good (UTC)' },
    ],
    leastUsable(books)
      .slice(0, ROWS_MAX)
      .map((book) => [
        book.instrument,
        time(book.from),
        duration(book.to - book.from),
        count(book.gaps.length),
        book.unusable > 0 ? duration(book.unusable) : '',
        share(usable(book)),
        book.lostAt === null ? '' : time(book.lostAt),
      ]),
  );
  const left = books.length - ROWS_MAX;
  return left > 0 ? html`${list}<p class="note">${count(left)} more markets, all at least as usable.</p>` : list;
}

function gapTable(tapes: Tapes, books: Books): Markup | string {
  const gaps = [
    ...tapes.flatMap(({ name, gaps }) => gaps.map(({ at, reason }) => ({ where: name, at, lasted: '', reason }))),
    ...books.flatMap(({ instrument, gaps }) =>
      gaps.map(({ from, to, reason }) => ({ where: instrument, at: from, lasted: duration(to - from), reason })),
    ),
  ].sort((a, b) => a.at - b.at);
  if (gaps.length === 0) return '';
  const list = table(
    'Gaps, by time',
    [
      { title: 'Tape or market' },
      { title: 'At (UTC)' },
      { title: 'Unusable for', kind: 'figures' },
      { title: 'Reason' },
    ],
    gaps.slice(0, ROWS_MAX).map(({ where, at, lasted, reason }) => [where, time(at), lasted, reason]),
  );
  return gaps.length > ROWS_MAX ? html`${list}<p class="note">${count(gaps.length - ROWS_MAX)} more gaps.</p>` : list;
}

function notes(title: string, said: Notes): Markup | string {
  if (said.length === 0) return '';
  return table(
    title,
    [{ title: 'At (UTC)' }, { title: 'Note', kind: 'prose' }],
    said.map(({ at, text }) => [time(at), text]),
  );
}

function leastUsable(books: Books): MarketCoverage[] {
  return [...books].sort((a, b) => usable(a) - usable(b));
}

/** Rounded down: 100.00% means all of it. */
function share(part: number): string {
  return `${decimal(Math.floor(part * 10_000) / 100, 2)}%`;
}

function usable({ from, to, unusable }: MarketCoverage): number {
  return to > from ? 1 - unusable / (to - from) : 1;
}

/** A lane per tape and per traded market, by time. */
function laneChart(tapes: Tapes, books: Books): Chart {
  const lanes = leastUsable(books)
    .slice(0, LANES_MAX)
    .sort((a, b) => a.from - b.from);
  const spans = [
    ...tapes.map(({ name, from, to }) => ({ lane: name, from, to, state: 'tape' })),
    ...lanes.map(({ instrument, from, to }) => ({ lane: instrument, from, to, state: 'usable' })),
    ...lanes.flatMap(({ instrument, gaps }) => gaps.map((gap) => ({ lane: instrument, ...gap, state: 'unusable' }))),
  ];
  const gaps = [
    ...tapes.flatMap(({ name, gaps }) => gaps.map(({ at, reason }) => ({ lane: name, at, reason }))),
    ...lanes.flatMap(({ instrument, gaps }) =>
      gaps.map(({ from, reason }) => ({ lane: instrument, at: from, reason })),
    ),
  ];
  const spanSet: Dataset = {
    name: 'spans',
    columns: {
      lane: spans.map(({ lane }) => lane),
      time: spans.map(({ from }) => from / 1000),
      until: spans.map(({ to }) => to / 1000),
      state: spans.map(({ state }) => state),
    },
  };
  const gapSet: Dataset = {
    name: 'gaps',
    columns: {
      lane: gaps.map(({ lane }) => lane),
      time: gaps.map(({ at }) => at / 1000),
      reason: gaps.map(({ reason }) => reason),
    },
  };
  const more = books.length - lanes.length;
  return {
    name: 'coverage',
    title: `What was recorded, and when traded books were usable; crosses are gaps${more > 0 ? ` (the ${LANES_MAX} least usable of ${count(books.length)} markets)` : ''}`,
    description: 'A lane for each tape and each traded market.',
    datasets: [spanSet, gapSet],
    spec: laneSpec(spans.map(({ lane }) => lane)),
  };
}

function laneSpec(lanes: readonly string[]): TopLevelSpec {
  const order = [...new Set(lanes)];
  return {
    width: 'container',
    height: order.length * 17,
    encoding: {
      x: timeAxis,
      y: {
        field: 'lane',
        type: 'nominal',
        title: null,
        scale: { domain: order },
        axis: { grid: true, ...nameLabels },
      },
    },
    layer: [
      {
        data: { name: 'spans' },
        mark: { type: 'bar', height: { band: 0.5 } },
        encoding: {
          x2: { field: 'until' },
          color: {
            field: 'state',
            type: 'nominal',
            title: null,
            scale: {
              domain: ['tape', 'usable', 'unusable'],
              range: ['var(--series-2)', 'var(--series-1)', 'var(--loss)'],
            },
            // The tapes are named, and on a phone there is no room for more.
            legend: { values: ['usable', 'unusable'] },
          },
          tooltip: [
            { field: 'lane', type: 'nominal' },
            { field: 'state', type: 'nominal' },
          ],
        },
      },
      {
        data: { name: 'gaps' },
        mark: { type: 'point', shape: 'cross', filled: true, size: 40, color: 'var(--loss)', opacity: 1 },
        encoding: {
          tooltip: [
            { field: 'lane', type: 'nominal' },
            { field: 'reason', type: 'nominal', title: 'gap' },
          ],
        },
      },
    ],
  };
}
