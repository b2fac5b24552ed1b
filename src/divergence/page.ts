/** The divergence report as a page: where the money is, when it went, and what each difference is. */
import { basename } from 'node:path';
import type { Money } from '../market/units.ts';
import { count, decimal, exactDecimal, money, signedMoney, time } from '../reports/format.ts';
import { facts, html, type Markup, signedAmount, table } from '../reports/markup.ts';
import { renderDocument, sectionMarkup } from '../reports/page.ts';
import { chartFigure, type Section } from '../reports/section.ts';
import { orderOf } from './align.ts';
import { fillAgreement } from './charts/agreement.ts';
import { calibrationChart } from './charts/calibration.ts';
import { distributionCharts } from './charts/distributions.ts';
import { equityChart } from './charts/equity.ts';
import { lanesChart } from './charts/lanes.ts';
import { matrixChart } from './charts/matrix.ts';
import { stackChart } from './charts/stack.ts';
import { waterfallChart } from './charts/waterfall.ts';
import { curveLikeness } from './curves.ts';
import { totalsOf } from './divergence.ts';
import type { SideState } from './first.ts';
import { type Likeness, likenessOf } from './likeness.ts';
import { grossOf, type ScoreParts } from './score.ts';
import type { SideOrder } from './side.ts';
import { type Comparison, costliest } from './summary.ts';

/** Rows of the table of differences; the sums are over all. */
const ROWS_MAX = 200;

/** The same comparison gives the same bytes. */
export function renderComparison(comparison: Comparison): Promise<string> {
  const { one, other, preconditions, warnings } = comparison.divergence;
  const title = `${basename(one.name)} against ${basename(other.name)}`;
  const sections = [headline, parts, overTime, orders, distributions, first, causes, differences, context]
    .map((section) => section(comparison))
    .filter((section) => section !== undefined);
  const failed = preconditions
    .filter(({ passed }) => !passed)
    .map(({ name, detail }) => `Not the same on both sides: ${name}. ${detail}`);
  const told = [...failed, ...warnings];
  const band =
    told.length > 0 &&
    html`<div class="alert" role="note"><h2>Before you trust this</h2><ul>${told.map((text) => html`<li>${text}</li>`)}</ul></div>`;
  return renderDocument({
    title: `${title} - truetape divergence`,
    brand: 'truetape divergence report',
    body: html`<article class="run" id="run-1">
<header>
<h1>${title}</h1>
<p class="about">Every part of the gap is the result of ${basename(one.name)} less that of ${basename(other.name)}.</p>
<nav aria-label="Sections">${sections.map(({ name, title: text }) => html`<a href="#run-1-${name}">${text}</a>`)}</nav>
</header>
${band || undefined}
${sections.map((section) => sectionMarkup(section, 'run-1-'))}
</article>`,
    runs: [sections],
  });
}

const scoreNames: Readonly<Record<keyof ScoreParts, string>> = {
  decisions: 'decisions that both took (F1)',
  quantity: 'contracts that both got',
  price: 'price on them, 1 / (1 + ticks)',
  timing: 'orders that arrived within 100 ms',
  money: 'money that is where it was',
};

function headline({ divergence }: Comparison): Section {
  const { ledger, parts: all, score, one, other, pairs } = divergence;
  const { currency } = one;
  return {
    name: 'gap',
    title: 'The gap',
    html: facts([
      [`Result of ${basename(one.name)}`, amount(ledger.results[0], currency)],
      [`Result of ${basename(other.name)}`, amount(ledger.results[1], currency)],
      ['Gap', amount(ledger.gap, currency)],
      ['Parts without their signs', signedMoney(grossOf(all), currency, 4)],
      ['Score', score.value === null ? 'n/a: not comparable' : `${score.value.toFixed(1)} of 100`],
      ...Object.entries(score.parts).map(
        ([name, part]) => [scoreNames[name as keyof ScoreParts], part === null ? 'n/a' : part.toFixed(3)] as const,
      ),
      ['Orders', `${count(one.orders.length)} and ${count(other.orders.length)}`],
      [
        'Paired',
        `${count(pairs.filter((pair) => pair.one && pair.other).length)}, ${count(pairs.filter(({ method }) => method === 'trigger').length)} by their place on the tape`,
      ],
    ]),
    charts: [],
  };
}

function parts({ divergence }: Comparison): Section | undefined {
  if (divergence.parts.length === 0) return undefined;
  const chart = waterfallChart(divergence);
  const { currency } = divergence.one;
  const list = (title: string, by: 'class' | 'root') =>
    table(
      title,
      [{ title: 'Class' }, { title: 'Money', kind: 'figures' }, { title: 'Parts', kind: 'figures' }],
      totalsOf(divergence.parts, by).map((total) => [total.class, amount(total.money, currency), count(total.parts)]),
    );
  return {
    name: 'parts',
    title: 'Where it is',
    html: html`${chartFigure(chart)}<div class="columns">${list('By class: what differs', 'class')}${list('By root: what it goes back to', 'root')}</div>`,
    charts: [chart],
  };
}

function overTime({ divergence, first: began }: Comparison): Section | undefined {
  const charts = [equityChart(divergence, began?.event.at), stackChart(divergence)].filter(
    (chart) => chart !== undefined,
  );
  if (charts.length === 0) return undefined;
  const curves = curveLikeness(divergence.one, divergence.other);
  const footnote =
    curves &&
    html`<p class="note">For those used to LEAN: correlation of both curves' changes ${curves.correlation === null ? 'n/a' : curves.correlation.toFixed(3)}, tracking error ${money(curves.trackingError, divergence.one.currency, 4)}, distance after dynamic time warping ${money(curves.warped, divergence.one.currency, 4)}. Curves that go together may differ in every order.</p>`;
  return {
    name: 'time',
    title: 'When it came',
    html: html`${charts.map(chartFigure)}${footnote}`,
    charts,
  };
}

function orders({ divergence }: Comparison): Section | undefined {
  const chart = lanesChart(divergence);
  return chart && { name: 'orders', title: 'Orders that differ', html: chartFigure(chart), charts: [chart] };
}

function distributions({ divergence }: Comparison): Section | undefined {
  const charts = [...distributionCharts(divergence), fillAgreement(divergence), calibrationChart(divergence)].filter(
    (chart) => chart !== undefined,
  );
  const figures = likenessTable(likenessOf(divergence));
  if (charts.length === 0 && !figures) return undefined;
  return {
    name: 'distributions',
    title: 'Latency, price and fills',
    html: html`<div class="columns">${charts.map(chartFigure)}</div>${figures}`,
    charts,
  };
}

function likenessTable({ fills, latency, price, waits }: Likeness): Markup | undefined {
  const rows = [
    ['decision to arrival, ms', latency, 1] as const,
    ['paid beyond the middle', price, 5] as const,
  ].flatMap(([name, samples, places]) => {
    if (!samples) return [];
    const { one, other, ks, andersonDarling, wasserstein } = samples;
    const means = [one, other].map(({ n, mean }) => `${decimal(mean, places)} of ${count(n)}`);
    return [[name, ...means, decimal(ks, 3), decimal(andersonDarling, 2), decimal(wasserstein, places)]];
  });
  const placed = fills.both + fills.one + fills.other + fills.neither;
  if (rows.length === 0 && placed === 0) return undefined;
  const figures = ['Mean of one', 'Mean of other', 'Kolmogorov-Smirnov', 'Anderson-Darling', 'Wasserstein-1'];
  const list =
    rows.length > 0 &&
    table(
      'How far apart the distributions are',
      [{ title: 'Of' }, ...figures.map((title) => ({ title, kind: 'figures' }) as const)],
      rows,
    );
  const filled = facts([
    ['Orders that both placed', count(placed)],
    ['Filled on both sides', count(fills.both)],
    ['By one alone, by other alone', `${count(fills.one)} and ${count(fills.other)}`],
    ...(waits
      ? [
          [
            'Resting orders of one filled, and if they waited as those of other',
            `${count(waits.observed)} and ${decimal(waits.expected, 1)}`,
          ] as const,
        ]
      : []),
  ]);
  return html`${list || undefined}${filled}<p class="note">These figures describe. Orders of one session are not independent of each other, so none has a probability here: many sessions have, with --budget.</p>`;
}

function first({ first: began, divergence }: Comparison): Section | undefined {
  if (!began) return undefined;
  const { event, before } = began;
  const { currency } = divergence.one;
  const state = ({ equity, positions, open }: SideState) => [
    signedMoney(equity, currency, 4),
    [...positions].map(([instrument, size]) => `${exactDecimal(size)} of ${instrument}`).join(', ') || 'nothing',
    open.join(', ') || 'none',
  ];
  const fields = table(
    event.missing
      ? `Only ${event.missing === 'one' ? 'the other' : 'the one'} side has this row`
      : 'What differs in the row',
    [{ title: 'Field' }, { title: 'One' }, { title: 'Other' }],
    event.fields.map(({ name, one, other }) => [name, one ?? '', other ?? '']),
  );
  const states = table(
    'What each side knew just before',
    [{ title: 'Side' }, { title: 'Equity', kind: 'figures' }, { title: 'Held' }, { title: 'Open orders' }],
    [
      ['one', ...state(before[0])],
      ['other', ...state(before[1])],
    ],
  );
  return {
    name: 'first',
    title: 'First divergence',
    html: html`${facts([['Time (UTC)', time(event.at)], ['Table', event.table], ['Row', count(event.row + 1)], ...Object.entries(event.about).map(([name, value]) => [name, value ?? ''] as const)])}${fields}${states}`,
    charts: [],
  };
}

function causes({ ladder, divergence }: Comparison): Section | undefined {
  if (!ladder || ladder.steps.length === 0) return undefined;
  const chart = matrixChart(ladder);
  const { currency } = divergence.one;
  const steps = table(
    'What each cause is worth: replaced one after the other, and on average over all orders of replacing them',
    [
      { title: 'Cause' },
      { title: 'In this order', kind: 'figures' },
      { title: 'Over all orders', kind: 'figures' },
      { title: 'Classes', kind: 'prose' },
    ],
    [
      ...ladder.steps.map(({ cause, money, shapley, classes }) => [
        cause,
        amount(money, currency),
        shapley === undefined ? 'n/a' : amount(shapley, currency),
        classes.map((each) => `${each.class} ${signedMoney(each.money, currency, 4)}`).join(', '),
      ]),
      ['nothing of these: determinism', amount(ladder.rest, currency), '', ''],
    ],
  );
  return { name: 'causes', title: 'What caused it', html: html`${chartFigure(chart)}${steps}`, charts: [chart] };
}

function differences({ divergence }: Comparison): Section | undefined {
  if (divergence.parts.length === 0) return undefined;
  const shown = costliest(divergence, ROWS_MAX);
  const { currency } = divergence.one;
  const rows = shown.map((part) => {
    const pair = part.pair === undefined ? undefined : divergence.pairs[part.pair];
    const { of } = part.root;
    return [
      amount(part.money, currency),
      part.cause ? `${part.class} (${part.cause})` : part.class,
      of === undefined ? part.root.class : `${part.root.class}, order ${orderOf(divergence.pairs[of]).id}`,
      time(part.at),
      part.instrument,
      told(pair?.one),
      told(pair?.other),
    ];
  });
  const caption = `${count(shown.length)} of ${count(divergence.parts.length)} differences, costliest first`;
  const columns = ['Class', 'Goes back to', 'Time (UTC)', 'Market', 'One', 'Other'].map((title) => ({ title }));
  return {
    name: 'differences',
    title: 'Every difference',
    html: table(caption, [{ title: 'Money', kind: 'figures' }, ...columns], rows),
    charts: [],
  };
}

function context({ divergence }: Comparison): Section {
  const rows = divergence.preconditions.map(({ name, passed, detail }) => [
    name,
    passed ? 'the same' : 'differs',
    detail,
  ]);
  return {
    name: 'conditions',
    title: 'What has to be the same',
    html: html`${table('Preconditions of a score', [{ title: 'What' }, { title: 'Is it' }, { title: 'How', kind: 'prose' }], rows)}<p class="note">A precondition that fails makes no part of the gap wrong; it only takes the meaning from the score.</p>`,
    charts: [],
  };
}

const amount = (money: Money, currency: string | undefined): Markup => signedAmount(money, currency, 4);

function told(order: SideOrder | undefined): string {
  if (!order) return 'none';
  const frame = order.trigger ? `, frame ${order.trigger.frame}` : '';
  const limit = order.limit === null ? 'at market' : `at ${exactDecimal(order.limit)}`;
  const fills = order.fills.map(({ size, price }) => `${exactDecimal(size)} at ${exactDecimal(price)}`).join(' and ');
  return `order ${order.id}${frame}: ${order.direction > 0 ? 'buy' : 'sell'} ${exactDecimal(order.size)} ${limit}; ${fills || order.reason || 'no fill'}`;
}
