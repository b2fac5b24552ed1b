import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/market/units.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { caseOfRun, packCases } from '../../src/verify/bundle.ts';
import { verify } from '../../src/verify/verify.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const outcomes = `${fixtures.kalshi}-settlements.csv`;

/** A replay of a part of the tape, with outcomes from a file. */
async function played() {
  const output = join(folder(), 'run');
  const [from, to] = ['2026-05-13T18:09:00Z', '2026-05-13T18:14:00Z'].map(parseTime);
  const run = { tapes: [fixtures.kalshi], strategy: 'yes_80_90', parameters: {}, config: {} };
  const manifest = await replayRun({ ...run, from, to, settlements: outcomes, output });
  return { again: { run: output, tapes: [fixtures.kalshi] }, manifest };
}

describe('a replay that had outcomes', () => {
  it('is made again of the same part of the tape, and with that very file alone', async () => {
    const { again, manifest } = await played();
    await expect(replayAsRun(again)).rejects.toThrow(
      /run: had the outcomes of kalshi-btc15m-settlements\.csv; name that file with --settlements/,
    );
    const other = join(folder(), 'other.csv');
    writeFileSync(other, 'market_ticker,result\nA-1,yes\n');
    await expect(replayAsRun({ ...again, settlements: other })).rejects.toThrow(/other\.csv is not that file/);
    const { is, difference } = await replayAsRun({ ...again, settlements: outcomes });
    expect(difference).toBeUndefined();
    expect(is.digest).toBe(manifest.digest);
  });

  it('is a bundle that holds them', async () => {
    const { again } = await played();
    const bundle = join(folder(), 'run.zip');
    await packCases(
      [await caseOfRun({ ...again, settlements: outcomes, until: parseTime('2026-05-13T18:12:00Z') })],
      bundle,
    );
    expect((await verify({ files: [bundle] })).suites[0].cases[0]).toMatchObject({ status: 'same', problems: [] });
  });
});
