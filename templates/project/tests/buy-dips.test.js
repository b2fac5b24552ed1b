/**
 * What the strategy does on a tape of a few messages, made here. Run it with `npm test`. A part of a tape that you
 * recorded serves as well: `replayRun({ tapes: ['tapes/kalshi'], from, to, ... })`.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Direction, readJournal, replayRun, TapeWriter, textFrame } from 'truetape';

const market = 'KXTEST-26JUN01-T1';
const start = BigInt(Date.UTC(2026, 5, 1, 15)) * 1_000_000n;
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'buy-dips-'));
});

after(() => rm(folder, { recursive: true, force: true }));

/** A tape of Kalshi's messages, one every second. */
async function tapeOf(messages) {
  const path = join(folder, 'tape');
  const writer = await TapeWriter.create(path, { feed: 'kalshi', source: {}, instruments: [] });
  for (const [i, message] of messages.entries()) {
    writer.append(textFrame(start + BigInt(i) * 1_000_000_000n, 1, Direction.in, JSON.stringify(message)));
  }
  await writer.close();
  return path;
}

/** Bids for YES at 0.50; bids for NO at 0.46, which are offers of YES at 0.54. */
const book = {
  type: 'orderbook_snapshot',
  sid: 1,
  seq: 1,
  msg: { market_ticker: market, yes_dollars_fp: [['0.5000', '100.00']], no_dollars_fp: [['0.4600', '50.00']] },
};
const trade = (price) => ({
  type: 'trade',
  sid: 2,
  seq: 1,
  msg: { market_ticker: market, yes_price_dollars: price, count_fp: '1.00', taker_book_side: 'bid' },
});
const moreBids = (seq) => ({
  type: 'orderbook_delta',
  sid: 1,
  seq,
  msg: { market_ticker: market, price_dollars: '0.4900', delta_fp: '10.00', side: 'yes' },
});

async function run(messages) {
  const output = join(folder, 'run');
  const tape = await tapeOf(messages);
  try {
    await replayRun({ tapes: [tape], strategy: 'strategies/buy-dips.ts', output, force: true });
    return { decisions: await readJournal(output, 'decisions'), fills: await readJournal(output, 'fills') };
  } finally {
    await rm(tape, { recursive: true });
  }
}

test('buys when the ask is two cents below the last trade, and says why', async () => {
  const { decisions, fills } = await run([book, trade('0.5600'), moreBids(2), moreBids(3)]);
  assert.deepEqual(
    decisions.map(({ action, reason, confidence }) => [action, reason, confidence]),
    [['buy_yes', 'dip', 0.6]],
  );
  assert.deepEqual(
    fills.map(({ side, price, size }) => [side, Number(price), Number(size)]),
    [['buy', 0.54, 5]],
  );
});

test('leaves a market alone whose ask is where it traded', async () => {
  const { decisions } = await run([book, trade('0.5500'), moreBids(2), moreBids(3)]);
  assert.deepEqual(decisions, []);
});
