import type { CommandModule } from 'yargs';
import { formatTime } from '../market/units.ts';
import { buildSummary } from '../reports/report.ts';
import { replayAsRun } from '../run/as-run.ts';
import { readRunConfig } from '../run/config.ts';
import { replayRun } from '../run/replay-run.ts';
import { printAsRun } from './as-run.ts';
import { CHECK_FAILED, refusalsOf } from './check.ts';
import { log, printJson } from './output.ts';
import { Progress } from './progress.ts';
import { parameters, time } from './run-options.ts';
import { printSummary } from './summary.ts';

interface Arguments {
  tapes: string[];
  strategy?: string;
  param: string[];
  config?: string;
  output?: string;
  asRun?: string;
  force: boolean;
  from?: string;
  to?: string;
  speed?: string;
  settlements?: string;
  ownOrders?: string;
  cache: boolean;
  requireCheck: boolean;
  jsonl: boolean;
  json: boolean;
}

export const replayVerb: CommandModule<object, Arguments> = {
  command: 'replay <tapes..>',
  describe: 'run a strategy over tapes, with simulated orders',
  builder: (yargs) =>
    yargs
      .positional('tapes', { type: 'string', array: true, demandOption: true, describe: 'folders of tapes' })
      .option('strategy', { alias: 's', type: 'string', describe: 'name, or path of a .ts file' })
      .option('param', {
        type: 'string',
        array: true,
        default: [],
        describe: 'a parameter of the strategy: name=value',
      })
      .option('config', {
        type: 'string',
        describe: 'YAML with cash, seed, latency, queue, venueSees, ... (docs/fill-rules.md)',
      })
      .option('output', { alias: 'o', type: 'string', describe: 'folder of the run' })
      .option('as-run', {
        type: 'string',
        describe: 'a run made on paper: with its strategy, parameters and settings the tape must give the same digest',
      })
      .option('force', { type: 'boolean', default: false, describe: 'replace a run that is there' })
      .option('from', { type: 'string', describe: 'trade from this time on (UTC, 2026-05-13T18:10:00Z)' })
      .option('to', { type: 'string', describe: 'stop after this time' })
      .option('speed', { type: 'string', describe: '1 = as fast as it was recorded; left out: as fast as possible' })
      .option('settlements', { type: 'string', describe: 'CSV of outcomes: market_ticker, result or settlement_value' })
      .option('own-orders', {
        type: 'string',
        describe:
          'CSV or JSON of orders that we had in the market when it was recorded: taken out of it (docs/compare.md)',
      })
      .option('cache', { type: 'boolean', default: true, describe: 'use decoded events kept beside the tape' })
      .option('jsonl', {
        type: 'boolean',
        default: false,
        describe: 'write decisions, orders, fills, ... as JSON lines too',
      })
      .option('require-check', { type: 'boolean', default: false, describe: 'refuse tapes that fail truetape check' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 replay tapes/btc -s spread_capture -o runs/1', '')
      .example('$0 replay tapes/btc -s ./mine.ts --param size=5 --from 2026-05-13T18:10:00Z -o runs/2', '')
      .example('$0 replay tapes/btc -s yes_80_90 --speed 10 -o runs/3', 'watch it, ten times as fast as it was')
      .example('$0 replay tapes/live -s ./mine.ts --own-orders broker.csv -o runs/5', 'not against our own live orders')
      .example('$0 replay tapes/btc -s ./mine.ts --jsonl -o runs/4', 'decisions.jsonl, orders.jsonl, ... in runs/4')
      .example(
        '$0 replay tapes/paper --as-run runs/paper',
        'identical, or the first event at which they part',
      ) as never,
  async handler(args) {
    if (args.requireCheck) {
      const refusals = await refusalsOf(args.tapes, args.json);
      if (refusals.length > 0) {
        for (const refusal of refusals) log(`truetape: ${refusal}`);
        process.exitCode = CHECK_FAILED;
        return;
      }
    }
    const { strategy, output, asRun } = args;
    const progress = new Progress(`replaying ${strategy ?? asRun}`, args.json);
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () =>
        stop.abort(new Error(`stopped by ${name}; the run is not complete and was not written`)),
      );
    }
    const common = {
      tapes: args.tapes,
      force: args.force,
      cache: args.cache,
      onProgress: (share: number) => progress.update(share),
      signal: stop.signal,
    };
    if (asRun !== undefined) {
      const own = (['config', 'from', 'to', 'speed'] as const).find((name) => args[name] !== undefined);
      const given = args.param.length > 0 ? 'param' : own;
      if (given) throw new Error(`--as-run takes everything from the run: leave --${given} out`);
      const files = { strategy, settlements: args.settlements, ownOrders: args.ownOrders };
      const result = await replayAsRun({ ...common, ...files, run: asRun, output }).finally(() => progress.done());
      if (args.json) printJson({ identical: !result.difference, ...result });
      else printAsRun(asRun, result);
      if (result.difference) process.exitCode = CHECK_FAILED;
      return;
    }
    if (strategy === undefined) throw new Error('name a strategy with -s, or a run to be repeated with --as-run');
    if (output === undefined) throw new Error('name a folder for the run with -o');
    const played = replayRun({
      ...common,
      strategy,
      parameters: parameters(args.param),
      config: args.config === undefined ? {} : await readRunConfig(args.config),
      output,
      from: time('--from', args.from),
      to: time('--to', args.to),
      speed: speed(args.speed),
      settlements: args.settlements,
      ownOrders: args.ownOrders,
      jsonl: args.jsonl,
    });
    const manifest = await played.finally(() => progress.done());
    const summary = await buildSummary(output);
    if (args.json) printJson({ run: output, ...manifest, summary });
    else {
      log(`replayed ${formatTime(manifest.from)} to ${formatTime(manifest.to)}`);
      printSummary(output, manifest, summary);
    }
  },
};

function speed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const times = Number(text);
  if (!(times > 0 && Number.isFinite(times))) {
    throw new Error(`--speed ${text}: write a number above 0, or leave it out for as fast as possible`);
  }
  return times;
}
