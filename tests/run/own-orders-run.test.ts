/** A replay, told of the orders that we had in the recorded market: what it says of itself, and whether it comes out again. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textFrame } from '../../src/market/frame.ts';
import { buildSummary } from '../../src/reports/report.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { type ReplayRunOptions, replayRun } from '../../src/run/replay-run.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { caseOfRun, packCases } from '../../src/verify/bundle.ts';
import { verify } from '../../src/verify/verify.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const head = 'order,instrument,side,placed,size,limit,arrived,ended';
const market = 'KXBTC15M-26MAY131415-15';
/** Bids and offers of the busiest levels, a minute each. */
const rows = [84, 85, 86, 87, 88].flatMap((price, i) => [
  `b${i},${market},buy,2026-05-13T18:09:${10 + i}Z,40,0.${price},,2026-05-13T18:10:${10 + i}Z`,
  `s${i},kalshi:${market},sell,2026-05-13T18:09:${20 + i}Z,35,0.${price + 4},,2026-05-13T18:10:${20 + i}Z`,
]);

function file(name: string, lines: readonly string[]): string {
  const path = join(folder(), name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const played = (options: Partial<ReplayRunOptions> = {}) =>
  replayRun({
    tapes: [fixtures.kalshi],
    strategy: 'spread_capture',
    output: join(folder(), 'run'),
    force: true,
    ...options,
  });

describe('a replay without our own orders', () => {
  it('is the same each time, whatever the batches and the cache, and says whose orders are gone', async () => {
    const ownOrders = file('broker.csv', [head, ...rows]);
    const plain = await played();
    expect(plain.ownOrders).toBeUndefined();
    const run = await played({ ownOrders });
    const sha256 = createHash('sha256').update(readFileSync(ownOrders)).digest('hex');
    expect(run.ownOrders).toMatchObject({ name: 'broker.csv', sha256, orders: 10, prints: 0, unknown: 0 });
    // Nobody placed them: the book does not show them, and has not always as much.
    expect(run.ownOrders?.untraced).toBeGreaterThan(0);
    expect(run.digest).not.toBe(plain.digest);
    for (const options of [{ batchRows: 1 }, { batchRows: 777 }, { cache: false }])
      expect(await played({ ownOrders, ...options })).toEqual(run);
    const { warnings } = await buildSummary(join(folder(), 'run'));
    expect(warnings.map(({ code }) => code)).toContain('own_orders');
    const exchange = { config: { venueSees: 'exchange', feedMs: 20 }, ownOrders } as const;
    expect((await played({ ...exchange, batchRows: 50 })).digest).toBe((await played(exchange)).digest);
  }, 60_000);

  it('of which there were none is the replay as it was', async () => {
    const plain = await played();
    for (const ownOrders of [
      file('none.csv', [head]),
      file('none.json', ['[]']),
      file('elsewhere.csv', [
        head,
        '1,KXRAIN,buy,2026-05-13T18:09:00Z,5,0.5,,',
        `2,${market},buy,2026-05-12T18:09:00Z,5,0.5,,2026-05-12T18:10:00Z`,
      ]),
    ]) {
      const run = await played({ ownOrders });
      expect(run.digest).toBe(plain.digest);
      expect(run.ownOrders).toMatchObject({ orders: 0, prints: 0, clamps: 0, untraced: 0 });
    }
  }, 60_000);

  it('is made again with that very file, as a run and as a bundle', async () => {
    const ownOrders = file('broker.csv', [head, ...rows]);
    const output = join(folder(), 'kept');
    await played({ ownOrders, output });
    const again = { run: output, tapes: [fixtures.kalshi] };
    await expect(replayAsRun(again)).rejects.toThrow(/the orders of broker\.csv .* name that file with --own-orders/);
    await expect(replayAsRun({ ...again, ownOrders: file('other.csv', [head]) })).rejects.toThrow(
      /other\.csv is not that file/,
    );
    expect((await replayAsRun({ ...again, ownOrders })).difference).toBeUndefined();
    const bundle = join(folder(), 'kept.zip');
    await packCases(
      [await caseOfRun({ ...again, ownOrders, until: Date.parse('2026-05-13T18:10:00Z') * 1000 })],
      bundle,
    );
    expect((await verify({ files: [bundle] })).suites[0].cases[0]).toMatchObject({ status: 'same', problems: [] });
  }, 60_000);

  it('is refused where the feed tells of each order, and where the file is none', async () => {
    const tape = join(folder(), 'lobster');
    const writer = await TapeWriter.create(tape, { feed: 'lobster', source: {}, instruments: [] });
    writer.append(textFrame(1n, 1, 0, '{}'));
    await writer.close();
    await expect(played({ tapes: [tape], ownOrders: file('broker.csv', [head]) })).rejects.toThrow(
      /lobster: its feed \(lobster\) tells of each order, and own orders can be taken out of levels only/,
    );
    await expect(played({ ownOrders: join(folder(), 'missing.csv') })).rejects.toThrow(
      /missing\.csv: no such file of orders/,
    );
  });
});
