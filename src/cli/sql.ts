import type { CommandModule } from 'yargs';
import { decoderFor } from '../feeds/index.ts';
import { loadTrades } from '../reports/trades.ts';
import { TapeEvents } from '../tape/events.ts';
import { queryRows, type Row } from '../tape/query.ts';
import { namedRuns } from '../tape/run-registry.ts';
import { createEventsTable, createFramesView, createJournalViews, runTables } from '../tape/sql.ts';
import { openTape } from '../tape/tape.ts';
import { createTradesView } from '../tape/trades-view.ts';
import { print, printJson, table } from './output.ts';

interface Arguments {
  query: string;
  tape: string[];
  run: string[];
  json: boolean;
}

export const sqlVerb: CommandModule<object, Arguments> = {
  command: 'sql <query>',
  describe:
    'DuckDB over tapes (frames, events) and runs (sessions, trades, decisions, orders, fills, equity, quotes, notes)',
  builder: (yargs) =>
    yargs
      .positional('query', { type: 'string', demandOption: true, describe: 'a SELECT' })
      .option('tape', { alias: 't', type: 'string', array: true, default: [], describe: 'folder of a tape' })
      .option('run', {
        alias: 'r',
        type: 'string',
        array: true,
        default: [],
        describe: 'folder of a run, or one above many',
      })
      .option('json', { type: 'boolean', default: false })
      .example('$0 sql "select kind, count(*) from events group by all" -t tapes/btc', '')
      .example(`$0 sql "select payload->>'$.type' as type, count(*) from frames group by 1" -t tapes/btc`, '')
      .example('$0 sql "select run, strategy, fills, digest from sessions" -r runs', 'all runs below runs/')
      .example('$0 sql "select \\"exitReason\\", count(*), sum(pnl) from trades group by all" -r runs/1', '')
      .example('$0 sql "select grade, sum(size), sum(fee) from fills group by all" -r runs/1', '') as never,
  async handler({ query, tape: paths, run: runs, json }) {
    if (query.replaceAll(/--.*$|\/\*[\s\S]*?\*\/|[;\s]/gm, '') === '')
      throw new Error('the query is empty; see truetape sql --help');
    const tapes = await Promise.all(paths.map(openTape));
    const named = await namedRuns(runs);
    // These take time, so they are made for queries that could mean them.
    const reads = (name: string) => new RegExp(`\\b${name}\\b`, 'i').test(query);
    const rows = await queryRows(query, async (connection) => {
      if (tapes.length > 0 && reads('frames')) await createFramesView(connection, tapes);
      await createJournalViews(connection, named);
      if (named.length > 0 && reads('trades')) {
        const trades = named.map(async ({ name, folder }) => ({ run: name, trades: await loadTrades(folder) }));
        await createTradesView(connection, await Promise.all(trades));
      }
      if (tapes.length === 0 || !reads('events')) return;
      const sources = tapes.map((tape) => ({
        path: tape.path,
        events: new TapeEvents(tape, decoderFor(tape.header)),
      }));
      await createEventsTable(connection, sources);
    }).catch((error: Error) => {
      throw missingTable(error, tapes.length, runs.length) ?? error;
    });
    if (json) printJson({ rows });
    else print(rowsTable(rows));
  },
};

/** What to name on the command line, where a query asks for a table of what was not named. */
function missingTable({ message }: Error, tapes: number, runs: number): Error | undefined {
  const name = /Table with name (\w+) does not exist/.exec(message)?.[1].toLowerCase();
  if (tapes === 0 && (name === 'frames' || name === 'events')) {
    return new Error(`${name} are of a tape: name a tape with -t`);
  }
  if (runs === 0 && name !== undefined && ['trades', ...runTables].includes(name)) {
    return new Error(`${name} are of a run: name a run with -r`);
  }
  return undefined;
}

function rowsTable(rows: readonly Row[]): string {
  if (rows.length === 0) return 'no rows';
  const head = Object.keys(rows[0]);
  return table(
    head,
    rows.map((row) => head.map((name) => cell(row[name]))),
  );
}

/** Decimals without the zeros that their column's scale adds. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /^-?\d+\.\d{7,}$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}
