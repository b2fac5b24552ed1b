import type { CommandModule } from 'yargs';
import { type CompareOptions, compareFolders } from '../divergence/compare.ts';
import { renderComparison } from '../divergence/page.ts';
import { type ComparisonSummary, summarise } from '../divergence/summary.ts';
import { CHECK_FAILED } from './check.ts';
import { count, facts, print, printJson, table } from './output.ts';
import { Progress } from './progress.ts';
import { writeReport } from './report.ts';

interface Arguments {
  one: string;
  other?: string;
  auto: string[];
  strategy: string[];
  settlements: string[];
  output?: string;
  json: boolean;
}

export const compareVerb: CommandModule<object, Arguments> = {
  command: 'compare <one> [other]',
  describe: 'in dollars, why two runs differ: live or paper against replay, or any two',
  builder: (yargs) =>
    yargs
      .positional('one', {
        type: 'string',
        demandOption: true,
        describe: 'folder of a run, or orders and fills of a broker (CSV, JSON)',
      })
      .positional('other', {
        type: 'string',
        describe: 'folder of the run that it is held against; left out: made from --auto',
      })
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
      .option('output', { alias: 'o', type: 'string', describe: 'HTML file of the report' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 compare runs/paper --auto tapes/paper', 'is its replay the same?')
      .example(
        '$0 compare runs/paper runs/backtest --auto tapes/paper -o gap.html',
        'what of the difference is latency, what is the queue, ...',
      )
      .example('$0 compare runs/1 runs/2', 'which orders and fills differ, and what each is worth') as never,
  async handler(args) {
    const progress = new Progress(`comparing ${args.one}`, args.json);
    const options: CompareOptions = {
      one: args.one,
      other: args.other,
      tapes: args.auto,
      strategies: args.strategy,
      settlements: args.settlements,
      onRun: (run, of) => progress.update(run / of, `${run} of ${of} replays`),
    };
    const comparison = await compareFolders(options).finally(() => progress.done());
    const summary = summarise(comparison);
    if (args.output !== undefined) await writeReport(args.output, await renderComparison(comparison));
    if (args.json) printJson(summary);
    else printComparison(summary);
    if (isBroken(summary)) process.exitCode = CHECK_FAILED;
  },
};

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

/** Four places at most: what is less is in the JSON. */
function money(text: string): string {
  return Number(text)
    .toFixed(4)
    .replace(/(\.\d\d)0{1,2}$/, '$1');
}
