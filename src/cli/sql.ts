import type { CommandModule } from 'yargs';
import { decoderFor } from '../feeds/index.ts';
import { TapeEvents } from '../tape/events.ts';
import { queryRows, type Row } from '../tape/query.ts';
import { readRun } from '../tape/run-file.ts';
import { createEventsTable, createFramesView, createJournalViews } from '../tape/sql.ts';
import { openTape } from '../tape/tape.ts';
import { print, printJson, table } from './output.ts';

interface Arguments {
  query: string;
  tape: string[];
  run: string[];
  json: boolean;
}

export const sqlVerb: CommandModule<object, Arguments> = {
  command: 'sql <query>',
  describe: 'DuckDB over tapes (frames, events) and runs (orders, fills, decisions, equity, quotes, notes)',
  builder: (yargs) =>
    yargs
      .positional('query', { type: 'string', demandOption: true, describe: 'a SELECT' })
      .option('tape', { alias: 't', type: 'string', array: true, default: [], describe: 'folder of a tape' })
      .option('run', { alias: 'r', type: 'string', array: true, default: [], describe: 'folder of a run' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 sql "select kind, count(*) from events group by all" -t tapes/btc', '')
      .example(`$0 sql "select payload->>'$.type' as type, count(*) from frames group by 1" -t tapes/btc`, '')
      .example('$0 sql "select grade, sum(size), sum(fee) from fills group by all" -r runs/1', '') as never,
  async handler({ query, tape: tapePaths, run, json }) {
    const tapes = await Promise.all(tapePaths.map(openTape));
    for (const folder of run) await readRun(folder);
    const rows = await queryRows(query, async (connection) => {
      await createFramesView(connection, tapes);
      await createJournalViews(connection, run);
      if (!/\bevents\b/i.test(query)) return;
      const sources = tapes.map((tape, i) => ({
        name: tapePaths[i],
        events: new TapeEvents(tape, decoderFor(tape.header.feed)),
      }));
      await createEventsTable(connection, sources);
    });
    if (json) printJson({ rows });
    else print(rowsTable(rows));
  },
};

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
