/** Settled markets of May 2026 that lie beside the repository: what a contract of each side is paid. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kalshiInstrument } from '../../src/feeds/kalshi/instruments.ts';
import { InstrumentList } from '../../src/market/instrument.ts';
import { formatMoney, ONE_DOLLAR, parseTime } from '../../src/market/units.ts';
import { readSettlements, settlementSource } from '../../src/run/settlements.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { printsOnly } from '../../src/sim/models/queue.ts';
import { rulesByVenue } from '../../src/sim/venues/index.ts';
import { queryRows } from '../../src/tape/query.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { frameOf, snapshot } from '../support/events.ts';
import { venueOrder } from '../support/orders.ts';

const file = join(sharedData, 'kalshi-btc15m-ws/settlements.csv');
const START = parseTime('2026-05-11T00:00:00Z');
const END = parseTime('2026-05-15T00:00:00Z');

describe.skipIf(!hasSharedData)('198 settled markets of shared/data', () => {
  it('pay a dollar to who was right: one YES of each bought at 0.50, one NO of each at 0.45', async () => {
    const outcomes = await queryRows(`select y_yes_win as yes from read_csv('${file}')`);
    const yes = outcomes.filter((row) => Number(row.yes) === 1).length;
    expect([outcomes.length, yes]).toEqual([198, 92]);
    expect(await cashAfter(1, 5000)).toBe(100n * 198n * ONE_DOLLAR - 99n * ONE_DOLLAR + BigInt(yes) * ONE_DOLLAR);
    const paidForNo = (198n * 45n * ONE_DOLLAR) / 100n;
    expect(await cashAfter(-1, 5500)).toBe(100n * 198n * ONE_DOLLAR - paidForNo + BigInt(198 - yes) * ONE_DOLLAR);
  });
});

/** Buys one contract of each market as a maker, who pays no fee; then all settle as the file says. */
async function cashAfter(side: 1 | -1, price: number): Promise<bigint> {
  const settlements = await readSettlements(file);
  const source = settlementSource(settlements, (symbol) => kalshiInstrument({ symbol }), { from: START, to: END });
  const instruments = new InstrumentList();
  for (const instrument of source.instruments) instruments.add(instrument);
  const exchange = new SimulatedExchange({
    instruments,
    cash: 100n * 198n * ONE_DOLLAR,
    latency: constantLatency(0, 0),
    queue: printsOnly,
    fillRule: 'crossed',
    rules: rulesByVenue({ kalshiAccount: 'direct', usHours: 'regular' }),
  });
  instruments.all.forEach((instrument, i) => {
    const show = (bid: number, ask: number, frame: number) =>
      exchange.onFrame(frameOf(START, snapshot([[bid, 100]], [[ask, 100]], i), frame), 0, 3);
    show(4000, 6000, 2 * i);
    exchange.send({ kind: 'place', order: venueOrder(instrument, { id: i + 1, side, price, size: 100 }) }, START);
    while (exchange.arrivalAt <= START) exchange.arrive();
    show(side > 0 ? 4000 : 5600, side > 0 ? 4900 : 6000, 2 * i + 1);
    expect(exchange.account.sizeOf(instrument.id)).toBe(side * 100);
  });
  for await (const batch of source.batches()) {
    for (let from = 0; from < batch.count; ) {
      const to = batch.frameEnd(from, batch.count);
      exchange.onFrame(batch, from, to);
      from = to;
    }
  }
  expect(formatMoney(exchange.account.positionValue)).toBe('0.00');
  return exchange.account.cash;
}
