/**
 * A run is a function of events, parameters and seed: a long random session with a strategy that does everything a
 * strategy can do, played again in other pieces.
 */
import { describe, expect, it } from 'vitest';
import { EventFlag, EventKind, LifecycleCode } from '../../src/market/event.ts';
import { Rng } from '../../src/market/rng.ts';
import type { Desk, Strategy } from '../../src/market/strategy.ts';
import { parseMoney, parseTime } from '../../src/market/units.ts';
import { kalshiFees } from '../../src/sim/models/kalshi-fees.ts';
import { constantLatency } from '../../src/sim/models/latency.ts';
import { TestEngine } from '../support/engine.ts';
import {
  EventScript,
  gap,
  inBatchesOf,
  level,
  lifecycle,
  listed,
  print,
  type Row,
  snapshot,
  volume,
} from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const START = parseTime('2026-09-18T12:00:00Z');
const markets = ['KXRAIN', 'KXSNOW'].map((symbol) => contract({ symbol, id: `kalshi:${symbol}` }));

/** About 70,000 rows: levels, prints, snapshots, gaps, pauses; many frames of several rows, many at one time. */
function session(): EventScript {
  const rng = new Rng('session');
  const script = new EventScript();
  let now = START;
  const levels = (low: number) =>
    Array.from({ length: 8 }, (_, i) => [100 * (low + i), 100 * (1 + rng.below(50))] as const);
  const whole = (at: number) => snapshot(levels(41), levels(51), at);
  // Bids from 0.41 to 0.50, asks from 0.51 to 0.60.
  const change = (at: number) =>
    rng.below(2) === 0
      ? level(1, 4100 + 100 * rng.below(10), 100 * rng.below(40), at)
      : level(-1, 5100 + 100 * rng.below(10), 100 * rng.below(40), at);
  const trade = (at: number) =>
    print(rng.below(2) === 0 ? 1 : -1, 4500 + 100 * rng.below(12), 1 + rng.below(3000), {
      instrument: at,
      flags: rng.below(4) === 0 ? EventFlag.inferred : 0,
    });
  const anything = (): Row[] => {
    const at = rng.below(2);
    const kind = rng.below(1000);
    if (kind < 700) return Array.from({ length: 1 + rng.below(4) }, () => change(at));
    if (kind < 940) return [trade(at)];
    if (kind < 980) return [volume(rng.below(1_000_000), at)];
    if (kind < 990) return whole(at);
    if (kind < 993) return [gap(EventFlag.book, { instrument: at }), ...(rng.below(2) ? whole(at) : [])];
    return [lifecycle(kind < 999 ? LifecycleCode.resumed : LifecycleCode.paused, { instrument: at })];
  };
  script.frame(now, listed(0), listed(1), ...whole(0), ...whole(1));
  while (script.batch.count < 70_000) {
    // A third of all frames share their time with the one before.
    now += rng.below(3) === 0 ? 0 : rng.below(40_000);
    script.frame(now, ...anything());
  }
  script.frame(now + 1, lifecycle(LifecycleCode.determined, { instrument: 0, price: 10_000 }));
  script.frame(now + 2, lifecycle(LifecycleCode.settled, { instrument: 0 }));
  return script;
}

/** Places, amends, cancels, sleeps, decides and remarks, all by the run's own random numbers. */
function restless(desk: Desk): Strategy {
  const act = () => {
    const { rng } = desk;
    const instrument = markets[rng.below(2)].id;
    const open = desk.openOrders();
    switch (rng.below(40)) {
      case 0:
      case 1: {
        const decision = desk.decide({
          instrument,
          action: 'try',
          reason: 'random',
          features: { cash: desk.cash > 0n },
        });
        desk.place({
          instrument,
          side: rng.below(2) === 0 ? 'buy' : 'sell',
          outcome: rng.below(3) === 0 ? 'no' : 'yes',
          ...(rng.below(8) === 0 ? {} : { price: 100 * (40 + rng.below(20)) }),
          size: 1 + rng.below(500),
          timeInForce: (['gtc', 'gtc', 'ioc', 'fok'] as const)[rng.below(4)],
          postOnly: rng.below(4) === 0,
          decision,
        });
        return;
      }
      case 2:
        if (open.length > 0) desk.cancel(open[rng.below(open.length)]);
        return;
      case 3:
        if (open.length > 0)
          desk.amend(open[rng.below(open.length)], { size: 1 + rng.below(600), price: 100 * (40 + rng.below(20)) });
        return;
      case 4:
        desk.wakeAt(desk.now + rng.below(200_000), 'nap');
        return;
      default:
    }
  };
  return {
    onBook: act,
    onTrade: act,
    onTimer: act,
    onFill: (fill) => desk.note(`filled ${fill.size} at ${fill.price}`),
    onGap: (market) => market && desk.note(`gap in ${market.instrument.symbol}`),
  };
}

const script = session();
const endsAt = script.batch.receivedAt[script.batch.count - 1] + 1000;

function play(rows: number, seed = 'seed', latency = constantLatency(30_000, 20_000)): TestEngine {
  const run = new TestEngine(restless, { instruments: markets, latency, fees: kalshiFees(), seed, cash: '500' });
  return run.play(inBatchesOf(rows, script.batch), endsAt);
}

const whole = play(Number.MAX_SAFE_INTEGER);

describe('the same events, parameters and seed', () => {
  it('the session has something to say: fills of every kind, rejections, gaps, a settlement', () => {
    const fills = whole.journal.rows('fills');
    expect(new Set(fills.map(({ kind, liquidity, grade }) => `${kind} ${liquidity} ${grade}`))).toEqual(
      new Set([
        'trade taker walked_depth',
        'trade maker printed_at_price',
        'trade maker printed_through',
        'trade maker inferred_print',
        'settlement  ',
      ]),
    );
    expect(fills.length).toBeGreaterThan(300);
    expect(new Set(whole.journal.rows('orders').map(({ step }) => step)).size).toBe(8);
    expect(whole.journal.rows('notes').filter(({ kind }) => kind !== 'remark').length).toBeGreaterThan(20);
    expect(script.batch.kind.slice(0, script.batch.count).includes(EventKind.gap)).toBe(true);
  });

  it.each([1, 7, 2048, 65_536])('give the same journal, row for row, in batches of %i rows', (rows) => {
    const { lines } = play(rows).journal;
    expect(lines).toHaveLength(whole.journal.lines.length);
    expect(lines.join('\n') === whole.journal.lines.join('\n')).toBe(true);
  });

  it('give the same journal when the engine is handed pieces of one batch', () => {
    const run = new TestEngine(restless, {
      instruments: markets,
      latency: constantLatency(30_000, 20_000),
      fees: kalshiFees(),
      cash: '500',
    });
    const { batch } = script;
    for (let from = 0; from < batch.count; ) {
      const to = batch.frameEnd(Math.min(from + 999, batch.count - 1), batch.count);
      run.engine.advance(batch, from, to);
      from = to;
    }
    run.engine.finish(endsAt);
    expect(run.journal.lines.join('\n') === whole.journal.lines.join('\n')).toBe(true);
  });

  it('another seed gives another session', () => {
    expect(play(2048, 'other seed').journal.lines.join('\n')).not.toBe(whole.journal.lines.join('\n'));
  });
});

describe('the books of a long session', () => {
  it('every equity row adds up: cash + position value = start + realised + unrealised - fees = equity', () => {
    const rows = whole.journal.rows('equity');
    expect(rows.length).toBeGreaterThan(500);
    for (const row of rows) {
      const [cash, value, realised, unrealised, fees, equity] = [
        row.cash,
        row.positionValue,
        row.realised,
        row.unrealised,
        row.fees,
        row.equity,
      ].map(parseMoney);
      expect(cash + value).toBe(equity);
      expect(equity).toBe(parseMoney('500') + realised + unrealised - fees);
    }
  });

  it('at the end the desk knows what the venue knows', () => {
    const { engine, exchange } = whole;
    for (const { id } of markets) expect(engine.desk.position(id)).toBe(exchange.account.sizeOf(id));
    expect(engine.desk.cash).toBe(exchange.account.cash);
    expect(engine.desk.account.fees).toBe(exchange.account.fees);
    expect(engine.desk.account.realised).toBe(exchange.account.realised);
    expect(engine.desk.openOrders()).toEqual([]);
  });

  it('every order has exactly one end', () => {
    const ends = new Map<number, number>();
    for (const { orderId: order, step, state } of whole.journal.rows('orders')) {
      const isEnd = step === 'ended' || (step === 'filled' && state === 'filled');
      ends.set(order, (ends.get(order) ?? 0) + (isEnd ? 1 : 0));
    }
    expect([...ends.values()].every((count) => count === 1)).toBe(true);
  });

  it('fills tell the position that they lead to', () => {
    const positions = new Map<string, number>();
    for (const { instrument, side, size, position } of whole.journal.rows('fills')) {
      const held = (positions.get(instrument) ?? 0) + Math.round(Number(size) * 100) * (side === 'buy' ? 1 : -1);
      positions.set(instrument, held);
      expect(Math.round(Number(position) * 100)).toBe(held);
    }
  });
});
