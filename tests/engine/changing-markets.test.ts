import { describe, expect, it } from 'vitest';
import { LifecycleCode } from '../../src/market/event.ts';
import type { Order } from '../../src/market/order.ts';
import type { Desk, Strategy } from '../../src/market/strategy.ts';
import { TestEngine, type TestEngineOptions } from '../support/engine.ts';
import { EventScript, level, lifecycle, listed, type Row, snapshot } from '../support/events.ts';
import { contract, share } from '../support/instruments.ts';

const SECOND = 1_000_000;

/** Plays frames a second apart; `steps[n]` is what the strategy does after frame n. */
function play(
  frames: readonly (readonly Row[])[],
  steps: readonly ((desk: Desk) => void)[],
  options: TestEngineOptions = {},
) {
  const create = (desk: Desk): Strategy => ({ onBook: () => steps[desk.now / SECOND - 1]?.(desk) });
  const script = new EventScript();
  for (const [i, rows] of frames.entries()) script.frame((i + 1) * SECOND, ...rows);
  return new TestEngine(create, options).play(script.batch);
}

const { id } = contract();
const book = () => snapshot([[5000, 10_000]], [[5400, 10_000]]);
const tick = (size: number) => [level(1, 4000, size)];

describe('amending', () => {
  it('a NO order speaks of NO prices', () => {
    let order: Order | undefined;
    play(
      [[listed(), ...book()], tick(1), tick(2), tick(3)],
      [
        (desk) => {
          order = desk.place({ instrument: id, outcome: 'no', side: 'buy', price: 4700, size: 100 });
        },
        (desk) => desk.amend(order as Order, { price: 4800 }),
      ],
    );
    // NO at 48 cents is YES offered at 52.
    expect(order).toMatchObject({ side: -1, outcome: 'no', price: 5200, size: 100, state: 'open' });
  });

  it('twice before the first answer changes both', () => {
    let order: Order | undefined;
    play(
      [[listed(), ...book()], tick(1), tick(2), tick(3)],
      [
        (desk) => {
          order = desk.place({ instrument: id, side: 'buy', price: 4900, size: 100 });
        },
        (desk) => {
          desk.amend(order as Order, { size: 300 });
          desk.amend(order as Order, { price: 4800 });
        },
      ],
    );
    expect(order).toMatchObject({ price: 4800, size: 300 });
  });
});

describe('a finer tick ladder', () => {
  it('holds from when the venue says so, for venue and desk', () => {
    const ticks = [{ from: 0, to: 10_000, step: 10 }];
    const orders: Order[] = [];
    let seen: unknown;
    const place = (desk: Desk) => {
      seen = desk.market(id).ticks;
      orders.push(desk.place({ instrument: id, side: 'buy', price: 4910, size: 100 }));
    };
    play(
      [
        [listed(), ...book()],
        [lifecycle(LifecycleCode.ticksChanged, { text: JSON.stringify({ ticks }) }), ...tick(1)],
        tick(2),
        tick(3),
      ],
      [place, place],
    );
    expect(orders.map(({ state, reason }) => [state, reason])).toEqual([
      ['rejected', 'bad_price'],
      ['open', ''],
    ]);
    expect(seen).toEqual(ticks);
  });
});

describe('a pause', () => {
  const frames = (rows: readonly Row[]) => [
    [listed(), ...rows],
    tick(1),
    [lifecycle(LifecycleCode.paused)],
    [lifecycle(LifecycleCode.resumed)],
    tick(2),
  ];

  it('ends with the resting orders of a binary contract cancelled', () => {
    let order: Order | undefined;
    play(frames(book()), [
      (desk) => {
        order = desk.place({ instrument: id, side: 'buy', price: 4900, size: 100 });
      },
    ]);
    expect(order).toMatchObject({ state: 'cancelled', reason: 'market_resumed' });
  });

  it('leaves the resting orders of a share', () => {
    let order: Order | undefined;
    play(
      frames(snapshot([[500_000, 100]], [[500_500, 100]])),
      [
        (desk) => {
          order = desk.place({ instrument: share().id, side: 'buy', price: 499_900, size: 1 });
        },
      ],
      { instruments: [share()], cash: '100000' },
    );
    expect(order).toMatchObject({ state: 'open' });
  });
});
