import { describe, expect, it } from 'vitest';
import type { SeenTape } from '../../src/check/check.ts';
import { Continuity } from '../../src/check/continuity.ts';
import { BarField, EventFlag, EventKind, GapCode, Side } from '../../src/market/event.ts';
import { InventedTape, SECOND, START } from '../support/checking.ts';
import { gap, level, print, type Row, snapshot, volume } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

const sound = snapshot([[5000, 10]], [[5200, 10]]);
const change = [level(Side.buy, 5000, 11)];
const both = EventFlag.book | EventFlag.trades;

describe('what the decoder could not use', () => {
  /** A thousand frames with these problems. */
  function withProblems(problems: Record<string, number>): InventedTape {
    const tape = new InventedTape(undefined, problems);
    for (let i = 0; i < 1000; i++) tape.frame(i, change);
    return tape;
  }

  it('is damage, an unknown type, or lacks what it builds on', () => {
    const problems = { 'malformed JSON': 1, 'unknown type kline': 2, 'depthUpdate without a snapshot': 3 };
    const tape = withProblems(problems);
    expect(tape.result('undecodable')).toMatchObject({ status: 'warn', value: 0.001 });
    expect(tape.result('unknownTypes')).toMatchObject({ status: 'warn', value: 0.002 });
    expect(tape.result('unapplied')).toMatchObject({ status: 'warn', value: 0.003 });
    expect(withProblems({}).result('undecodable')).toMatchObject({ status: 'pass', value: 0, detail: 'none' });
  });

  it('fails when it is much', () => {
    expect(withProblems({ 'no decoder for this feed': 1000 }).result('undecodable').status).toBe('fail');
    expect(withProblems({ 'unknown type order_delta': 200 }).result('unknownTypes').status).toBe('fail');
    expect(withProblems({ 'orderbook_delta without a snapshot before it': 20 }).result('unapplied').status).toBe(
      'fail',
    );
  });
});

describe('gaps', () => {
  const lost = (code: number) => [gap(both, { code })];

  it('are counted once each, unless the recording or the market has ended', () => {
    const tape = new InventedTape().frame(0, sound).frame(10, lost(GapCode.disconnected)).frame(11, sound);
    expect(tape.result('gaps')).toMatchObject({ status: 'warn', value: 1, where: { at: START + 10 * SECOND } });
    const ending = new InventedTape().frame(0, sound).frame(10, lost(GapCode.disconnected));
    expect(ending.result('gaps')).toMatchObject({ status: 'pass', value: 0 });
    const closed = new InventedTape([contract({ closesAt: START + 5 * SECOND })]);
    closed.frame(0, sound).frame(10, lost(GapCode.disconnected)).frame(11, change);
    expect(closed.result('gaps')).toMatchObject({ status: 'pass', value: 0 });
  });

  it('that close one connection after the other are the end of the recording', () => {
    const markets = [contract(), contract({ id: 'kalshi:KXB-1', symbol: 'KXB-1' })];
    const lostBoth = (tape: InventedTape) =>
      tape
        .frame(0, [...sound, ...snapshot([[5000, 10]], [[5200, 10]], 1)])
        .frame(10, lost(GapCode.disconnected))
        .frame(10, [gap(both, { code: GapCode.disconnected, instrument: 1 })]);
    expect(lostBoth(new InventedTape(markets)).result('gaps')).toMatchObject({ status: 'pass', value: 0 });
    expect(lostBoth(new InventedTape(markets)).frame(11, sound).result('gaps')).toMatchObject({ value: 2 });
  });

  it('that the header notes of one of two lines are gaps only if the events tell of them', () => {
    const header = {
      connections: [{ connection: 1 }, { connection: 2, line: 'A' }, { connection: 3, line: 'B' }],
      gaps: [1, 2, 3].map((connection) => ({ at: '0', connection, reason: 'a hole' })),
    };
    const seen = { tape: { header, span: { from: 0, to: 1 } }, problems: new Map() } as unknown as SeenTape;
    expect(new Continuity().measure(seen)[0]).toMatchObject({ name: 'gaps', value: 1 });
  });

  it('put a market in doubt until its next snapshot', () => {
    const doubt = (seconds: number) =>
      new InventedTape()
        .frame(0, sound)
        .frame(10, lost(GapCode.recorder))
        .frame(10 + seconds, sound)
        .frame(1000, change);
    expect(doubt(0.5).result('inDoubt')).toMatchObject({ status: 'pass', value: 0.0005 });
    expect(doubt(20).result('inDoubt')).toMatchObject({ status: 'warn', value: 0.02 });
    expect(doubt(100).result('inDoubt')).toMatchObject({
      status: 'fail',
      value: 0.1,
      where: { at: START + 10 * SECOND },
    });
  });

  it('that are disconnections begin when the tape was last heard of', () => {
    const tape = new InventedTape()
      .frame(0, sound)
      .frame(400, lost(GapCode.disconnected))
      .frame(500, sound)
      .frame(1000, change);
    expect(tape.result('inDoubt')).toMatchObject({ value: 0.5, where: { at: START } });
  });

  it('without an end last until the market closes', () => {
    const tape = new InventedTape([contract({ closesAt: START + 100 * SECOND })]);
    tape.frame(0, sound).frame(60, lost(GapCode.recorder)).frame(1000, change);
    expect(tape.result('inDoubt').value).toBe(0.4);
    // Venues send a last snapshot, empty, after the close.
    const emptied = new InventedTape([contract({ closesAt: START + 100 * SECOND })]);
    emptied.frame(0, sound).frame(60, lost(GapCode.recorder)).frame(1000, snapshot([], []));
    expect(emptied.result('inDoubt').value).toBe(0.4);
  });

  it('come with the coverage of each market and kind of event', () => {
    const tape = new InventedTape()
      .frame(0, sound)
      .frame(5, [print(Side.buy, 5000, 1)])
      .frame(10, change);
    expect(tape.result('inDoubt').facts.markets).toMatchObject([
      { coverage: { bookLevel: { rows: 3, share: 1 }, trade: { rows: 1, from: START + 5 * SECOND, share: 0 } } },
    ]);
  });
});

describe('the sequence', () => {
  const holes = (count: number, frames: number, code: number) => {
    const tape = new InventedTape().frame(0, sound);
    for (let i = 1; i < frames; i++) tape.frame(i, i <= count ? [gap(both, { code, size: 3 })] : change);
    return tape.result('sequenceHoles');
  };

  it('passes without holes, warns of few, fails on many', () => {
    expect(holes(0, 1000, GapCode.sequence)).toMatchObject({ status: 'pass', value: 0 });
    expect(holes(1, 20_000, GapCode.sequence)).toMatchObject({
      status: 'warn',
      detail: '1 sequence, 3 messages missing',
    });
    expect(holes(3, 20_000, GapCode.contradiction)).toMatchObject({ status: 'fail', where: { frame: 1 } });
  });

  it('has one hole for all markets of a subscription', () => {
    const rows = [gap(both, { size: 3 }), gap(both, { size: 3, instrument: 1 })];
    const tape = new InventedTape([contract(), contract({ id: 'kalshi:KXA-2' })]).frame(0, sound).frame(1, rows);
    expect(tape.result('sequenceHoles').facts).toMatchObject({ holes: 1, missing: 3 });
  });

  it('is not what a disconnection breaks', () => {
    expect(holes(3, 1000, GapCode.disconnected).status).toBe('pass');
  });
});

describe('trades', () => {
  it('must have a size and a possible price', () => {
    const tape = (price: number, size: number) =>
      new InventedTape().frame(0, sound).frame(1, [print(Side.buy, price, size)]);
    expect(tape(5000, 1).result('badTrades')).toMatchObject({ status: 'pass', value: 0 });
    expect(tape(5000, 0).result('badTrades')).toMatchObject({ status: 'fail', value: 1, where: { frame: 1 } });
    expect(tape(10_100, 1).result('badTrades').status).toBe('fail');
    expect(new InventedTape().frame(0, sound).result('badTrades').status).toBe('skipped');
  });

  /** Thirty trades of 100 between two statistics that tell a growth of `grown`. */
  function against(grown: number, flags = 0): InventedTape {
    const tape = new InventedTape().frame(0, [volume(5000)]);
    for (let i = 1; i <= 30; i++) tape.frame(i, [print(Side.buy, 5000, 100, { flags })]);
    return tape.frame(31, [volume(5000 + grown)]);
  }

  it('must add up to the volume of the venue, which may count both parties', () => {
    expect(against(3000).result('volumeMismatch')).toMatchObject({ status: 'pass', value: 0 });
    expect(against(6000).result('volumeMismatch')).toMatchObject({ status: 'pass', value: 0 });
    expect(against(3200).result('volumeMismatch').status).toBe('warn');
    expect(against(4000).result('volumeMismatch')).toMatchObject({ status: 'fail', value: 0.25 });
  });

  it('are not compared with the volume that they were inferred from', () => {
    expect(against(4000, EventFlag.inferred).result('volumeMismatch').status).toBe('skipped');
  });

  it('make a volume that never shrinks', () => {
    const told = (...volumes: number[]) => {
      const tape = new InventedTape();
      for (const [i, size] of volumes.entries()) tape.frame(i, [volume(size)]);
      return tape.result('shrinkingVolume');
    };
    expect(told(1, 2, 2, 3)).toMatchObject({ status: 'pass', value: 0 });
    expect(told(1, 3, 2, 4)).toMatchObject({ status: 'fail', value: 0.25, where: { frame: 2 } });
    expect(told(-1).status).toBe('fail');
  });
});

describe('bars', () => {
  const MINUTE = 60 * SECOND;
  const bar = (minute: number): [number, Row[]] => {
    const row = { kind: EventKind.bar, instrument: 0, side: Side.none, price: 5000, flags: 0 } as const;
    return [
      60 * minute,
      [BarField.open, BarField.high, BarField.low, BarField.close].map((code) => ({ ...row, code, size: MINUTE })),
    ];
  };
  const barsAt = (...minutes: number[]) => {
    const tape = new InventedTape();
    for (const minute of minutes) tape.frame(...bar(minute));
    return tape.result('missingBars');
  };
  const hour = Array.from({ length: 60 }, (_, i) => i);

  it('fill their grid', () => {
    expect(barsAt(...hour)).toMatchObject({ status: 'pass', value: 0 });
    expect(barsAt(...hour.filter((minute) => minute !== 30))).toMatchObject({ status: 'warn', value: 1 / 60 });
    expect(barsAt(...hour.filter((minute) => minute < 20 || minute >= 40))).toMatchObject({
      status: 'fail',
      value: 1 / 3,
      where: { at: START + 40 * MINUTE },
    });
  });

  it('may be told again, and may rest overnight', () => {
    expect(barsAt(0, 1, 1, 1, 2)).toMatchObject({ value: 0, detail: expect.stringMatching(/0 missing, 3 there/) });
    expect(barsAt(...hour, ...hour.map((minute) => minute + 24 * 60)).value).toBe(0);
  });

  it('are judged only where there are any', () => {
    expect(new InventedTape().frame(0, sound).result('missingBars').status).toBe('skipped');
  });
});
