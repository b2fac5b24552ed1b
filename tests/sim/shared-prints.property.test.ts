/** Several orders of ours at few prices, under every queue model: together they get no more than was printed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventKind } from '../../src/market/event.ts';
import { InstrumentList } from '../../src/market/instrument.ts';
import { parseMoney } from '../../src/market/units.ts';
import { SimulatedExchange } from '../../src/sim/exchange.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { proRata } from '../../src/sim/models/pro-rata.ts';
import { logarithmQueue, powerQueue, printsOnly } from '../../src/sim/models/queue.ts';
import { otherVenue } from '../../src/sim/venues/index.ts';
import { frameOf, level, print, type Row, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';
import { venueOrder } from '../support/orders.ts';
import '../support/seed.ts';

const LOT = 100;
const START = 1_000_000_000_000;

const price = fc.constantFrom(5000, 5100, 5200);
const size = fc.integer({ min: 1, max: 4000 });
const message = fc.record({
  row: fc.oneof(
    fc.tuple(price, fc.oneof(fc.constant(0), size)).map(([at, displayed]): Row => level(1, at, displayed)),
    fc.tuple(price, size).map(([at, printed]): Row => print(-1, at, printed)),
  ),
  /** Milliseconds by which the venue's time is behind; 9 = it does not say. */
  behind: fc.constantFrom(0, 0, 1, 2, 9),
});
const order = fc.record({ price, lots: fc.integer({ min: 1, max: 12 }) });

describe.each([
  printsOnly,
  powerQueue('power-1', 3),
  powerQueue('power-2', 2.5),
  powerQueue('power-3', 3),
  logarithmQueue('log-1'),
  logarithmQueue('log-2'),
  proRata,
])('$name', (queue) => {
  it('fills in whole lots, never more than the order nor than the print', () => {
    let fills = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(message, message, order), { maxLength: 60 }), (steps) => {
        const instrument = contract({ lot: LOT });
        const instruments = new InstrumentList();
        instruments.add(instrument);
        const exchange = new SimulatedExchange({
          instruments,
          cash: parseMoney('100000'),
          latency: constantLatency(0, 0),
          queue,
          fillRule: 'prints',
          rules: () => otherVenue,
        });
        const left: number[] = [];
        let now = START;
        const book = snapshot([[5000, 3000]], [[6000, 3000]]);
        exchange.onFrame(frameOf(now, book), 0, book.length);
        for (const step of steps) {
          now += 1000;
          let printed = 0;
          if ('row' in step) {
            const { row, behind } = step;
            if (row.kind === EventKind.trade) printed = row.size;
            exchange.onFrame(frameOf(now, [row], 0, behind === 9 ? 0 : now - behind * 1000), 0, 1);
          } else {
            const id = left.push(step.lots * LOT);
            exchange.send(
              { kind: 'place', order: venueOrder(instrument, { ...step, id, side: 1, size: step.lots * LOT }) },
              now,
            );
            exchange.arrive();
          }
          while (exchange.responseAt <= now) {
            const response = exchange.respond();
            if (response.kind !== 'filled') continue;
            fills++;
            expect(response.fill.size % LOT).toBe(0);
            printed -= response.fill.size;
            left[response.orderId - 1] -= response.fill.size;
          }
          expect(printed).toBeGreaterThanOrEqual(0);
          expect(Math.min(0, ...left)).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
    expect(fills).toBeGreaterThan(100);
  });
});
