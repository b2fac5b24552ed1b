import type { CommandModule } from 'yargs';
import { formatTime } from '../market/units.ts';
import { type Probe, probe } from '../probe/probe.ts';
import type { Outcome } from '../probe/variants.ts';
import { readRunConfig } from '../run/config.ts';
import { CHECK_FAILED } from './check.ts';
import { count, percent, print, printJson, table } from './output.ts';
import { Progress } from './progress.ts';
import { parameters, time } from './run-options.ts';

interface Arguments {
  tapes: string[];
  strategy: string;
  param: string[];
  config?: string;
  from?: string;
  to?: string;
  settlements?: string;
  ownOrders?: string;
  cuts: number;
  seeds: number;
  json: boolean;
}

export const probeVerb: CommandModule<object, Arguments> = {
  command: 'probe <tapes..>',
  describe:
    'negative controls: look-ahead, repeatability, what the result hangs on; exits with 1 if it cannot be believed',
  builder: (yargs) =>
    yargs
      .positional('tapes', { type: 'string', array: true, demandOption: true, describe: 'folders of tapes' })
      .option('strategy', { alias: 's', type: 'string', demandOption: true, describe: 'name, or path of a .ts file' })
      .option('param', {
        type: 'string',
        array: true,
        default: [],
        describe: 'a parameter of the strategy: name=value',
      })
      .option('config', { type: 'string', describe: 'YAML with cash, seed, latency, ... (docs/fill-rules.md)' })
      .option('from', { type: 'string', describe: 'trade from this time on (UTC, 2026-05-13T18:10:00Z)' })
      .option('to', { type: 'string', describe: 'stop after this time' })
      .option('settlements', { type: 'string', describe: 'CSV of outcomes: market_ticker, result or settlement_value' })
      .option('own-orders', {
        type: 'string',
        describe: 'CSV or JSON of orders that we had in the market: taken out of it',
      })
      .option('cuts', { type: 'number', default: 10, describe: 'decisions behind which the tape is cut' })
      .option('seeds', { type: 'number', default: 5, describe: 'repetitions with other latencies' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 probe tapes/btc -s spread_capture', '')
      .example('$0 probe tapes/btc -s ./mine.ts --cuts 50 --seeds 20 --json', 'thoroughly, for a script') as never,
  async handler(args) {
    for (const name of ['cuts', 'seeds'] as const) {
      if (!Number.isSafeInteger(args[name]) || args[name] < 1)
        throw new Error(`--${name} ${args[name]}: write a whole number from 1 on`);
    }
    const progress = new Progress(`probing ${args.strategy}`, args.json);
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
    const probed = probe({
      tapes: args.tapes,
      strategy: args.strategy,
      parameters: parameters(args.param),
      config: args.config === undefined ? {} : await readRunConfig(args.config),
      from: time('--from', args.from),
      to: time('--to', args.to),
      settlements: args.settlements,
      ownOrders: args.ownOrders,
      cuts: args.cuts,
      seeds: args.seeds,
      onProgress: (runs, of) => progress.update(runs / of, `${runs} of ${of} runs`),
      signal: stop.signal,
    });
    const result = await probed.finally(() => progress.done());
    if (args.json) printJson(result);
    else printProbe(result);
    if (result.failures.length > 0) process.exitCode = CHECK_FAILED;
  },
};

function printProbe({ baseline, lookAhead, batches, seeds, turns, dead, byTouch, failures }: Probe): void {
  print(
    table(head, [
      row('as it is', baseline),
      ...turns.map(({ knob, setting, outcome }) => row(`${knob} ${setting}`, outcome)),
    ]),
  );
  print('');
  print(
    `by prints ${claim(baseline)}; by touch ${claim(byTouch)}: that is what an optimistic backtest would have claimed`,
  );
  const nets = seeds.map(({ net }) => Number(net)).sort((a, b) => a - b);
  print(
    `other latencies, ${seeds.length} times: net from ${nets[0].toFixed(2)} to ${nets[nets.length - 1].toFixed(2)}, median ${nets[nets.length >> 1].toFixed(2)}`,
  );
  for (const knob of dead) print(`${knob}: dead, no setting of it moves anything in this run`);
  const early = lookAhead.filter(({ same }) => !same);
  print(
    lookAhead.length === 0
      ? 'look-ahead: the strategy did nothing that could be checked'
      : `look-ahead: ${lookAhead.length - early.length} of ${lookAhead.length} cuts of the tape left every decision before them as it was`,
  );
  for (const { at, difference } of early.slice(0, 1)) {
    print(`  cut at ${formatTime(at)}\n  whole tape: ${difference?.whole}\n  cut tape:   ${difference?.cut}`);
  }
  print(
    `batches of ${batches.map(({ rows }) => count(rows)).join(', ')} rows: ${batches.every(({ same }) => same) ? 'the same digest' : 'OTHER DIGESTS'}`,
  );
  print(failures.length === 0 ? 'verdict: pass' : `verdict: fail; ${failures.join('; ')}`);
}

const head = ['run', 'orders', 'fills', 'net', 'fees', 'round trips', 'won'];

function row(name: string, { orders, fills, net, fees, trips, winRate }: Outcome): string[] {
  return [
    name,
    count(orders),
    count(fills),
    money(net),
    money(fees),
    count(trips),
    winRate === null ? '' : percent(winRate),
  ];
}

function claim({ fills, net, winRate }: Outcome): string {
  return `${count(fills)} fills and ${money(net)}${winRate === null ? '' : `, ${percent(winRate)} won`}`;
}

function money(text: string): string {
  return Number(text).toFixed(2);
}
