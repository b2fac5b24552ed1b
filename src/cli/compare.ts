import type { CommandModule } from 'yargs';
import { type CompareOptions, compareFolders } from '../divergence/compare.ts';
import { comparisonMarkdown, sessionsMarkdown } from '../divergence/markdown.ts';
import { renderComparison, renderComparisonChart } from '../divergence/page.ts';
import { type AcrossSessions, acrossSessions, isWithinBudget, readSessions } from '../divergence/sessions.ts';
import { renderSessions, renderSessionsChart } from '../divergence/sessions-page.ts';
import { type ComparisonSummary, summarise } from '../divergence/summary.ts';
import { CHECK_FAILED } from './check.ts';
import { type FormArguments, type Forms, formed, formOptions, requireOutput, writeReport } from './forms.ts';
import { bytes, count, facts, print, printJson, table } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments extends FormArguments {
  runs: string[];
  auto: string[];
  strategy: string[];
  settlements: string[];
  ownOrders: string[];
  budget?: number;
  json: boolean;
}

export const compareVerb: CommandModule<object, Arguments> = {
  command: 'compare <runs..>',
  describe: 'in dollars, why two runs differ: live or paper against replay, or any two',
  builder: (yargs) =>
    formOptions(
      yargs.positional('runs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe:
          "folder of the one run, or a file of a broker's orders and fills; folder of the other run, left out with --auto",
      }),
      'schemas/compare.json (across sessions: compare-sessions.json)',
      'html is told as a text, md and json go to stdout',
    )
      .option('auto', {
        type: 'string',
        array: true,
        default: [],
        describe: 'tape to replay: the other run, and one replay after the other for the causes',
      })
      .option('strategy', {
        alias: 's',
        type: 'string',
        array: true,
        default: [],
        describe: 'path of the strategy where it is a file: of one, then of other',
      })
      .option('settlements', {
        type: 'string',
        array: true,
        default: [],
        describe: 'CSV of outcomes that the replays had: of one, then of other',
      })
      .option('own-orders', {
        type: 'string',
        array: true,
        default: [],
        describe: 'files of own orders that the replays were made without; their hashes tell whose',
      })
      .option('budget', {
        type: 'number',
        describe:
          'across sessions: the runs are files of earlier comparisons (--json), and the mean gap may be so far from zero',
      })
      .option('json', { type: 'boolean', default: false, describe: 'the figures on stdout, whatever is written' })
      .example('$0 compare runs/paper --auto tapes/paper', 'is its replay the same?')
      .example(
        '$0 compare runs/paper runs/backtest --auto tapes/paper -o gap.html',
        'what of the difference is latency, what is the queue, ...',
      )
      .example('$0 compare broker.csv runs/replay --auto tapes/live', 'your own bot, its orders taken out of the tape')
      .example('$0 compare runs/1 runs/2', 'which orders and fills differ, and what each is worth')
      .example('$0 compare runs/1 runs/2 --format md', 'the comment of a pull request')
      .example('$0 compare runs/1 runs/2 --png waterfall -o gap.png', '') as never,
  async handler(args) {
    requireOutput(args, true);
    const { budget } = args;
    if (budget !== undefined) {
      if (!(budget > 0)) throw new Error(`--budget ${budget}: write an amount above 0, such as 2.50`);
      const across = acrossSessions(await readSessions(args.runs), budget);
      const forms: Forms<AcrossSessions> = {
        page: async () => ({ html: await renderSessions(across), summary: across }),
        figures: async () => ({ markdown: sessionsMarkdown(across), summary: across }),
        chart: (name) => renderSessionsChart(across, name),
      };
      await tell(args, across, forms, () => printAcross(across, budget));
      if (!isWithinBudget(across, budget)) process.exitCode = CHECK_FAILED;
      return;
    }
    const [one, other, ...more] = args.runs;
    if (more.length > 0) throw new Error(`two runs are compared, not ${args.runs.length}; many sessions with --budget`);
    const progress = new Progress(`comparing ${one}`, args.json);
    const options: CompareOptions = {
      one,
      other,
      tapes: args.auto,
      strategies: args.strategy,
      settlements: args.settlements,
      ownOrders: args.ownOrders,
      onRun: (run, of) => progress.update(run / of, `${run} of ${of} replays`),
    };
    const comparison = await compareFolders(options).finally(() => progress.done());
    const summary = summarise(comparison);
    const forms: Forms<ComparisonSummary> = {
      page: async () => ({ html: await renderComparison(comparison), summary }),
      figures: async () => ({ markdown: comparisonMarkdown(comparison), summary }),
      chart: (name) => renderComparisonChart(comparison, name),
    };
    await tell(args, summary, forms, printComparison);
    if (isBroken(summary)) process.exitCode = CHECK_FAILED;
  },
};

/** A terminal has a text of its own, unless another one was asked for. */
async function tell<S>(
  args: FormArguments & { json: boolean },
  summary: S,
  forms: Forms<S>,
  printText: (summary: S) => void,
): Promise<void> {
  const { output, format, json } = args;
  if (output !== undefined) {
    const { content } = await formed(args, forms);
    await writeReport(output, content);
    if (json) printJson(summary);
    else {
      printText(summary);
      print(`\n${output}, ${bytes(Buffer.byteLength(content))}`);
    }
  } else if (json) printJson(summary);
  else if (format === 'html') printText(summary);
  else process.stdout.write((await formed(args, forms)).content);
}

/** Same inputs, same state, another decision: never tolerated. */
function isBroken({ roots, ladder }: ComparisonSummary): boolean {
  return roots.some(({ class: name }) => name === 'determinism') || (ladder !== undefined && Number(ladder.rest) !== 0);
}

function printComparison(summary: ComparisonSummary): void {
  const { one, other, results, score, preconditions, orders, first, ladder, warnings } = summary;
  if (summary.identical)
    print(`identical: ${one} and ${other} made the same orders, fills and money, ${money(results.one)}`);
  const failed = preconditions.filter(({ passed }) => !passed);
  print(
    facts([
      ['one', `${one}: ${money(results.one)}`],
      ['other', `${other}: ${money(results.other)}`],
      ['gap', `${money(results.gap)} (${money(results.gross)} without signs)`],
      [
        'score',
        score.value === null
          ? `n/a: not comparable in ${failed.map(({ name }) => name).join(', ')}`
          : score.value.toFixed(1),
      ],
      [
        'made of',
        Object.entries(score.parts)
          .map(([name, part]) => `${name} ${part === null ? 'n/a' : part.toFixed(3)}`)
          .join(', '),
      ],
      [
        'orders',
        `${count(orders.one)} and ${count(orders.other)}, ${count(orders.paired)} paired, ${count(orders.byTrigger)} of them by their place on the tape`,
      ],
    ]),
  );
  printTotals('class', summary.classes);
  printTotals('goes back to', summary.roots);
  if (ladder && ladder.steps.length > 0) {
    print('');
    print(
      table(
        ['cause', 'money', 'over all orders', 'classes'],
        ladder.steps.map((step) => [
          step.cause,
          money(step.money),
          step.shapley === null ? '' : money(step.shapley),
          step.classes.map((each) => `${each.class} ${money(each.money)}`).join(', '),
        ]),
      ),
    );
  }
  if (first) printFirst(first);
  for (const { name, detail } of failed) print(`! ${name}: ${detail}`);
  for (const warning of warnings) print(`! ${warning}`);
  if (ladder) {
    for (const side of ['one', 'other'] as const) {
      if (!ladder.reproduced[side]) print(`! ${summary[side]} does not come out again from its own tapes and settings`);
    }
    if (Number(ladder.rest) !== 0) print(`! ${money(ladder.rest)} of the gap no cause explains: determinism`);
  }
}

function printTotals(title: string, totals: ComparisonSummary['classes']): void {
  if (totals.length === 0) return;
  print('');
  print(
    table(
      [title, 'money', 'parts'],
      totals.map((total) => [total.class, money(total.money), count(total.parts)]),
    ),
  );
}

function printFirst({
  at,
  table: name,
  row,
  about,
  missing,
  fields,
  before,
}: NonNullable<ComparisonSummary['first']>): void {
  print('');
  print(`first divergence: row ${row + 1} of ${name}, at ${at}`);
  print(facts(Object.entries(about).map(([field, value]) => [field, value ?? ''])));
  if (missing) print(`only ${missing === 'one' ? 'other' : 'one'} has this row`);
  else
    print(
      table(
        ['field', 'one', 'other'],
        fields.map(({ name: field, one, other }) => [field, one ?? '', other ?? '']),
      ),
    );
  for (const side of ['one', 'other'] as const) {
    const { equity, positions, openOrders } = before[side];
    const held = Object.entries(positions).map(([instrument, size]) => `${size} of ${instrument}`);
    print(
      `before it ${side} had ${money(equity)}, held ${held.join(', ') || 'nothing'}, open orders ${openOrders.join(', ') || 'none'}`,
    );
  }
}

function printAcross(across: AcrossSessions, budget: number): void {
  const { sessions, gap, classes } = across;
  print(
    table(
      ['session', 'gap', 'score'],
      sessions.map(({ name, gap: each, score }) => [name, each.toFixed(4), score === null ? 'n/a' : score.toFixed(1)]),
    ),
  );
  print('');
  if (!gap) {
    print('n/a: needs two sessions whose gaps differ');
    if (!isWithinBudget(across, budget)) print(`NOT SHOWN to be equivalent within ${budget} either way`);
    return;
  }
  const row = (name: string, measured: NonNullable<AcrossSessions['gap']>) => [
    name,
    measured.mean.toFixed(4),
    range(measured.interval),
    measured.bootstrap ? range(measured.bootstrap) : 'n/a',
    range(measured.limits),
    chance(measured.tTest),
    chance(measured.wilcoxon),
    measured.signals
      ? Object.values(measured.signals)
          .map((session) => session ?? '-')
          .join(', ')
      : 'n/a',
  ];
  const head = [
    ...['', 'mean', '95 % of the mean', 'by bootstrap', '95 % of sessions'],
    ...['p (t)', 'p (Wilcoxon)', 'first beyond limits, CUSUM, EWMA'],
  ];
  print(table(head, [row('gap', gap), ...classes.map((each) => row(each.class, each))]));
  printLikeness(across);
  const { p, holds } = gap.equivalence;
  const found = holds ? 'equivalent' : 'NOT SHOWN to be equivalent';
  const by = p === null ? '' : ` (p ${p.map(chance).join(' and ')})`;
  print(`${found} within ${budget} either way at 5 %${by}`);
}

function printLikeness({ filledOnly, fillRates, latency, price, waits, sharpe }: AcrossSessions): void {
  print(`filled on one side only: ${filledOnly.one} and ${filledOnly.other}, p ${chance(filledOnly.p)}`);
  if (fillRates) {
    const [rate, from, to] = [fillRates.difference, ...fillRates.interval].map((share) => (100 * share).toFixed(2));
    print(`fill rate of one less that of other: ${rate} %, 95 % ${from} to ${to}`);
  }
  for (const [name, samples] of [
    ['decision to arrival, ms', latency],
    ['paid beyond the middle', price],
  ] as const) {
    if (!samples) continue;
    const { one, other, ks, ksP, andersonDarlingP, wasserstein } = samples;
    print(
      `${name}: means of sessions ${one.mean.toFixed(4)} and ${other.mean.toFixed(4)}, ${wasserstein.toFixed(4)} apart (Wasserstein-1); Kolmogorov-Smirnov ${ks.toFixed(3)}, p ${chance(ksP)}; Anderson-Darling p ${chance(andersonDarlingP)} (its table has 0.001 to 0.25)`,
    );
  }
  if (waits) {
    const expected = waits.expected.toFixed(1);
    print(
      `resting orders of one filled: ${waits.observed}, waiting as those of other ${expected}, p ${chance(waits.p)}`,
    );
  }
  if (sharpe) {
    print(
      `Sharpe ratio of a session: ${sharpe.one.toFixed(3)} and ${sharpe.other.toFixed(3)}, p ${chance(sharpe.p)}, by bootstrap ${chance(sharpe.bootstrapP)}`,
    );
  }
}

const chance = (p: number | null): string => (p === null ? 'n/a' : p < 0.0001 ? '< 0.0001' : p.toFixed(4));
const range = (ends: readonly [number, number]): string => ends.map((end) => end.toFixed(4)).join(' to ');

/** Four places at most: what is less is in the JSON. */
function money(text: string): string {
  return Number(text)
    .toFixed(4)
    .replace(/(\.\d\d)0{1,2}$/, '$1');
}
