/** Random sessions: what the limits promise holds whatever a strategy does and however long messages travel. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueRequest } from '../../src/market/order.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import type { EventScript } from '../support/events.ts';
import {
  type Act,
  book,
  type Plan,
  quiet,
  rain,
  riskNotes,
  SECOND,
  type SessionOptions,
  session,
  snow,
} from './session.ts';
import '../support/seed.ts';

const SECONDS = 60;
const instrument = fc.constantFrom(rain.id, snow.id);
const size = fc.integer({ min: 1, max: 60 }).map((contracts) => contracts * 100);
const price = fc.option(
  fc.integer({ min: 20, max: 80 }).map((cents) => cents * 100),
  { nil: undefined, freq: 3 },
);

const order = fc
  .record({ instrument, side: fc.constantFrom('buy' as const, 'sell' as const), price, size, reduceOnly: fc.boolean() })
  .map(
    (request): Act =>
      (desk) =>
        desk.place(request),
  );
const stop = fc
  .record({
    instrument,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    size,
    at: fc.integer({ min: 30, max: 70 }),
  })
  .map(
    ({ at, ...request }): Act =>
      (desk) =>
        desk.place({ ...request, trigger: { kind: 'stop', price: at * 100, on: 'quote' } }),
  );
const change = fc
  .record({ pick: fc.nat(), size, price: fc.integer({ min: 20, max: 80 }).map((cents) => cents * 100) })
  .map(
    ({ pick, ...to }): Act =>
      (desk) => {
        const open = desk.openOrders();
        if (open.length > 0) desk.amend(open[pick % open.length], to);
      },
  );
const act = fc.oneof({ arbitrary: order, weight: 6 }, { arbitrary: stop, weight: 1 }, { arbitrary: change, weight: 2 });
const plan: fc.Arbitrary<Plan> = fc
  .array(fc.tuple(fc.integer({ min: 2, max: 10 * SECONDS }), act), { maxLength: 40 })
  .map((acts) => acts.map(([tenth, one]) => [tenth / 10 + 1, one] as const).sort(([a], [b]) => a - b));

/** Books of two markets that wander far in a minute. */
const script: fc.Arbitrary<EventScript> = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 22, max: 76 })), { minLength: 5, maxLength: 40 })
  .map((moves) => {
    const all = quiet();
    for (const [i, [market, cents]] of moves.entries())
      all.frame(
        Math.floor((2 + (i * SECONDS) / moves.length) * SECOND),
        ...book(cents * 100, cents * 100 + 200, market),
      );
    return all;
  });
const latency = fc
  .tuple(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 2_000_000 }))
  .map(([entry, response]) => constantLatency(entry, response));

const singles = (request: VenueRequest): readonly VenueRequest[] =>
  request.kind === 'batch' ? request.requests.flatMap(singles) : [request];

describe('the risk gate, whatever a strategy does', () => {
  it('after a hard drawdown no order that enlarges a position reaches the venue', { timeout: 60_000 }, () => {
    let halted = 0;
    fc.assert(
      fc.property(plan, script, latency, (acts, frames, travel) => {
        let isHalted = false;
        const options: SessionOptions = {
          script: frames,
          latency: travel,
          onSend(request, desk) {
            isHalted ||= desk.risk.flattens;
            if (!isHalted) return;
            for (const one of singles(request)) {
              expect(one.kind).not.toBe('amend');
              if (one.kind !== 'place') continue;
              const held = desk.position(one.order.instrument);
              expect(one.order).toMatchObject({ reduceOnly: true, tag: 'risk_flatten', size: Math.abs(held) });
              expect(one.order.side).toBe(-Math.sign(held));
            }
          },
        };
        session({ hardDrawdownPercent: 0.2 }, acts, options);
        if (isHalted) halted++;
      }),
      { numRuns: 300 },
    );
    expect(halted).toBeGreaterThan(0);
  });

  it('no position goes beyond its limit, however orders and their amendments fill', { timeout: 60_000 }, () => {
    let refused = 0;
    fc.assert(
      fc.property(plan, script, latency, (acts, frames, travel) => {
        const run = session({ position: 50, totalPosition: 80 }, acts, { script: frames, latency: travel });
        const held = new Map<string, number>();
        for (const fill of run.journal.rows('fills')) {
          held.set(fill.instrument, Math.abs(Number(fill.position)));
          expect(Math.abs(Number(fill.position))).toBeLessThanOrEqual(50);
          expect([...held.values()].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(80);
        }
        refused += riskNotes(run).length;
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it('acts at times of its own, however often the engine is woken between frames', { timeout: 60_000 }, () => {
    const acted = new Set<string>();
    // Tenths of a second, on which timers and samples of the equity fall, and anything else.
    const wakes = fc
      .array(
        fc.oneof(
          fc.nat(700).map((tenth) => tenth * 100_000),
          fc.nat(70 * SECOND),
        ),
        { maxLength: 200 },
      )
      .map((times) => times.sort((a, b) => a - b));
    const limits = fc.record({
      staleSeconds: fc.constantFrom(1, 2.5, 10),
      dailyLoss: fc.constantFrom('1', '5'),
      onDailyLoss: fc.constantFrom('halt' as const, 'flatten' as const),
      softDrawdownPercent: fc.constantFrom(0.05, 0.5),
      hardDrawdownPercent: fc.constantFrom(0.2, 1),
      coolDownSeconds: fc.constantFrom(0, 1),
      orderRate: fc.constant({ perMinute: 30, burst: 5 }),
    });
    const some = fc.subarray([
      'staleSeconds',
      'dailyLoss',
      'softDrawdownPercent',
      'hardDrawdownPercent',
      'coolDownSeconds',
    ]);
    fc.assert(
      fc.property(plan, script, latency, limits, some, wakes, (acts, frames, travel, all, left, times) => {
        const { onDailyLoss, orderRate } = all;
        const given = {
          onDailyLoss,
          orderRate,
          ...Object.fromEntries(left.map((name) => [name, all[name as keyof typeof all]])),
        };
        const asleep = session(given, acts, { script: frames, latency: travel });
        const woken = session(given, acts, { script: frames, latency: travel, wakes: times });
        expect(woken.journal.lines).toEqual(asleep.journal.lines);
        for (const note of riskNotes(asleep)) acted.add(note.replace(/(amendment of )?order \d+ /, '').split(',')[0]);
      }),
      { numRuns: 400 },
    );
    expect([...acted]).toEqual(
      expect.arrayContaining([
        'stale: orders are cancelled',
        'daily_loss: halted',
        'daily_loss: positions are closed',
        'drawdown: only orders that reduce are taken',
        'drawdown: positions are closed',
      ]),
    );
  });

  it('limits that are far away change no row of the journal', { timeout: 60_000 }, () => {
    const far = {
      ...{
        orderSize: 1e6,
        position: 1e6,
        groupPosition: 1e6,
        totalPosition: 1e6,
        openOrders: 1e6,
        groupContracts: 1e6,
      },
      ...{
        orderNotional: 1e9,
        totalNotional: 1e9,
        priceCollar: 1,
        minimumCash: 0,
        dailyLoss: 1e9,
        dailyLossPercent: 100,
      },
      ...{ softDrawdownPercent: 99, hardDrawdownPercent: 100, orderRate: { perMinute: 1e6, burst: 1e6 }, gap: true },
      ...{ coolDownSeconds: 0, tradesPerDay: 1e6, hours: ['00:00-24:00'], zone: 'America/New_York', staleSeconds: 1e6 },
    };
    // Cash that covers all that these orders may cost.
    const cash = '100000';
    fc.assert(
      fc.property(plan, script, latency, (acts, frames, travel) => {
        const lines = (limits: object) =>
          session(limits, acts, { script: frames, latency: travel, cash }).journal.lines;
        expect(lines(far)).toEqual(lines({}));
      }),
      { numRuns: 100 },
    );
  });
});
