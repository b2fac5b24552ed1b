import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayRun } from '../../src/run/replay-run.ts';
import { readSettlements } from '../../src/run/settlements.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();

function csv(text: string): string {
  const path = join(folder(), 'settlements.csv');
  writeFileSync(path, text);
  return path;
}

async function settled(text: string) {
  const output = join(folder(), 'run');
  await replayRun({ tapes: [fixtures.kalshi], strategy: 'yes_80_90', settlements: csv(text), output, force: true });
  const fills = await readJournal(output, 'fills');
  return fills.filter((row) => row.kind === 'settlement');
}

const first = 'KXBTC15M-26MAY131415-15';

describe('a settlement file', () => {
  it('without any outcome is refused: every market would stay unsettled without a word', async () => {
    await expect(readSettlements(csv(''))).rejects.toThrow('settlements.csv: has no outcomes');
    await expect(readSettlements(csv('market_ticker,result\n'))).rejects.toThrow('has no outcomes');
  });

  it('pays each market at its time, or at the end of the tape if it came later', async () => {
    const [row] = await settled(`market_ticker,result,settlement_ts_utc\n${first},yes,2026-05-13T18:15:14.364Z\n`);
    expect(row).toMatchObject({ side: 'sell', instrument: `kalshi:${first}` });
    expect([Number(row.price), Number(row.size), Number(row.position)]).toEqual([1, 10, 0]);
    const [late] = await settled(`market_ticker,result,settlement_ts_utc\n${first},no,2030-01-01T00:00:00Z\n`);
    expect(Number(late.price)).toBe(0);
  });

  it('pays fractions', async () => {
    const [row] = await settled(`ticker,settlement_value\n${first},0.3060\n`);
    expect(Number(row.price)).toBe(0.306);
  });

  it('may know other markets, and outcomes from before the tape', async () => {
    const text = `market_ticker,result,settlement_ts_utc\nKXBTC15M-26MAY110530-30,no,2026-05-11T09:30:16Z\nOTHER-1,yes,\n`;
    expect(await settled(text)).toEqual([]);
  });

  it('that cannot be read names the line', async () => {
    await expect(readSettlements(join(folder(), 'missing.csv'))).rejects.toThrow(
      /missing\.csv: no such settlement file/,
    );
    await expect(readSettlements(csv('market_ticker,result\nA,yes\nB,perhaps\n'))).rejects.toThrow(
      /line 3: needs market_ticker/,
    );
    await expect(readSettlements(csv('ticker,settlement_value\nA,1.5\n'))).rejects.toThrow(/line 2/);
  });
});
