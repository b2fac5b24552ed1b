/**
 * A level's life: trades, cancellations and arrivals in the venue's order. Of a trade there are two messages, its print
 * and its change of the level; prints come in order, changes come in order, and nobody knows how the two mix.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueModel, QueuePlace } from '../../src/market/venue.ts';
import { logarithmQueue, powerQueue, printsOnly } from '../../src/sim/models/queue.ts';
import '../support/seed.ts';

const MILLISECOND = 1000;

const models: readonly QueueModel[] = [
  printsOnly,
  powerQueue('power-1', 1),
  powerQueue('power-1', 3),
  powerQueue('power-2', 1),
  powerQueue('power-2', 2.5),
  powerQueue('power-3', 1),
  powerQueue('power-3', 3),
  logarithmQueue('log-1'),
  logarithmQueue('log-2'),
];

interface LevelEvent {
  readonly what: 'trade' | 'cancel' | 'add';
  readonly size: number;
  readonly at: number;
}

type Message =
  | { readonly kind: 'print'; readonly size: number; readonly at: number; readonly event: number }
  | {
      readonly kind: 'change';
      readonly before: number;
      readonly after: number;
      readonly at: number;
      readonly event: number;
    };

interface Life {
  readonly displayed: number;
  readonly ahead: number;
  readonly events: readonly LevelEvent[];
}

/** `gaps` = milliseconds between one event and the next. */
function lives(gaps: fc.Arbitrary<number>): fc.Arbitrary<Life> {
  const event = fc.record({
    what: fc.constantFrom<LevelEvent['what']>('trade', 'trade', 'cancel', 'cancel', 'add'),
    size: fc.integer({ min: 1, max: 40 }),
    gap: gaps,
  });
  return fc
    .record({ ahead: fc.integer({ min: 0, max: 60 }), behind: fc.nat(60), raw: fc.array(event, { maxLength: 14 }) })
    .map(({ ahead, behind, raw }) => {
      let displayed = ahead + behind;
      let at = 1_000_000_000;
      const events: LevelEvent[] = [];
      for (const { what, size, gap } of raw) {
        const fits = what === 'add' ? size : Math.min(size, displayed);
        if (fits === 0) continue;
        displayed += what === 'add' ? fits : -fits;
        at += gap * MILLISECOND;
        events.push({ what, size: fits, at });
      }
      return { displayed: ahead + behind, ahead, events };
    });
}

const prints = ({ events }: Life): Message[] =>
  events.flatMap(({ what, size, at }, event) =>
    what === 'trade' ? [{ kind: 'print', size, at, event } as const] : [],
  );

function changes({ events, displayed }: Life): Message[] {
  let before = displayed;
  return events.map(({ what, size, at }, event) => {
    const after = before + (what === 'add' ? size : -size);
    const change = { kind: 'change', before, after, at, event } as const;
    before = after;
    return change;
  });
}

/** Each print just before the change of its trade. */
function inOrder(life: Life): Message[] {
  const waiting = prints(life);
  return changes(life).flatMap((change) =>
    waiting[0]?.event === change.event ? [waiting.shift() as Message, change] : [change],
  );
}

/** Prints in order, changes in order; each `true` takes the next print. */
function mixed(life: Life, picks: readonly boolean[]): Message[] {
  const [left, right] = [prints(life), changes(life)];
  const messages: Message[] = [];
  for (let i = 0; left.length + right.length > 0; i++) {
    const from = right.length === 0 || (left.length > 0 && picks[i % picks.length]) ? left : right;
    messages.push(from.shift() as Message);
  }
  return messages;
}

/** An order in a queue, as the exchange keeps it: what reaches it is taken from the place. */
class Waiting {
  readonly #model: QueueModel;
  readonly #place: QueuePlace;
  reached = 0;

  constructor(model: QueueModel, ahead: number) {
    this.#model = model;
    this.#place = model.join(ahead, 0);
  }

  get ahead(): number {
    return this.#place.ahead;
  }

  hear(message: Message): this {
    const place = this.#place;
    if (message.kind === 'print') {
      this.#model.onPrint(place, message.size, message.at, 0);
      this.reached += Math.max(0, -place.ahead);
      if (place.ahead < 0) this.#model.onReached(place);
    } else this.#model.onLevel(place, message.before, message.after, message.at, 0);
    expect(place.ahead).toBeGreaterThanOrEqual(0);
    return this;
  }

  hearAll(messages: readonly Message[]): this {
    for (const message of messages) this.hear(message);
    return this;
  }
}

const order = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });

/** hftbacktest's formulas, as it writes them; but a cancellation leaves nobody ahead of us, never less than nobody. */
class Published {
  front: number;
  reached = 0;
  #traded = 0;
  readonly #behind: ((front: number, back: number) => number) | undefined;

  constructor(front: number, behind: ((front: number, back: number) => number) | undefined) {
    this.front = front;
    this.#behind = behind;
  }

  print(size: number): void {
    this.front -= size;
    this.#traded += size;
    this.reached += Math.max(0, -this.front);
    this.front = Math.max(0, this.front);
  }

  change(before: number, after: number): void {
    const change = before - after - this.#traded;
    this.#traded = 0;
    if (!this.#behind || change < 0) {
      this.front = Math.min(this.front, after);
      return;
    }
    const back = before - this.front;
    const share = this.front === 0 ? 1 : back === 0 ? 0 : this.#behind(this.front, back);
    const estimate = this.front - (1 - share) * change + Math.min(back - share * change, 0);
    this.front = Math.max(0, Math.min(estimate, after));
  }
}

describe('in the venue’s order, the print before the change', () => {
  const power = (n: number) => (x: number) => x ** n;
  const log = (x: number) => Math.log(1 + x);
  it.each<[QueueModel, ((front: number, back: number) => number) | undefined]>([
    [printsOnly, undefined],
    [powerQueue('power-1', 3), (front, back) => power(3)(back) / (power(3)(back) + power(3)(front))],
    [powerQueue('power-1', 1.5), (front, back) => power(1.5)(back) / (power(1.5)(back) + power(1.5)(front))],
    [powerQueue('power-2', 3), (front, back) => power(3)(back) / power(3)(back + front)],
    [powerQueue('power-3', 3), (front, back) => 1 - power(3)(front / (front + back))],
    [logarithmQueue('log-1'), (front, back) => log(back) / (log(back) + log(front))],
    [logarithmQueue('log-2'), (front, back) => log(back) / log(back + front)],
  ])('$name is the published formula', (model, behind) => {
    fc.assert(
      fc.property(lives(fc.integer({ min: 1, max: 50 })), (life) => {
        const ours = new Waiting(model, life.ahead);
        const theirs = new Published(life.ahead, behind);
        for (const message of inOrder(life)) {
          ours.hear(message);
          if (message.kind === 'print') theirs.print(message.size);
          else theirs.change(message.before, message.after);
          expect(ours.ahead).toBeCloseTo(theirs.front, 8);
          expect(ours.reached).toBeCloseTo(theirs.reached, 8);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [powerQueue('power-1', 1), 20, 80, 18],
    [powerQueue('power-1', 3), 20, 80, 19.846_153_846],
    [powerQueue('power-2', 3), 20, 80, 15.12],
    [powerQueue('power-3', 3), 20, 80, 19.92],
    [logarithmQueue('log-1'), 20, 80, 15.907_334_23],
    [logarithmQueue('log-2'), 20, 80, 19.521_851_35],
    [printsOnly, 20, 80, 20],
  ])('%o: of %d ahead and %d behind, 10 go', (model, ahead, behind, left) => {
    const place = model.join(ahead, 0);
    model.onLevel(place, ahead + behind, ahead + behind - 10, 1_000_000, 0);
    expect(place.ahead).toBeCloseTo(left, 6);
  });
});

describe.each(models)('$name, whatever the order of messages', (model) => {
  it('within one venue time all orders come to the same', () => {
    fc.assert(
      fc.property(lives(fc.constant(7)), lives(fc.constant(0)), order, order, (before, moment, one, other) => {
        const history = inOrder(before);
        const displayed = before.events.reduce(
          (sum, { what, size }) => sum + (what === 'add' ? size : -size),
          before.displayed,
        );
        const after = { ...moment, displayed: Math.max(displayed, moment.displayed) };
        const later = (messages: Message[]) => messages.map((message) => ({ ...message, at: 2_000_000_000 }));
        const [a, b] = [one, other].map((picks) =>
          new Waiting(model, before.ahead).hearAll(history).hearAll(later(mixed(after, picks))),
        );
        expect(a.ahead).toBe(b.ahead);
        expect(a.reached).toBe(b.reached);
      }),
      { numRuns: 500 },
    );
  });

  it('never counts a trade twice: the queue is no shorter than with all cancellations ahead of us', () => {
    fc.assert(
      fc.property(lives(fc.nat(2)), order, (life, picks) => {
        const waiting = new Waiting(model, life.ahead);
        const seen = new Set<number>();
        for (const message of mixed(life, picks)) {
          waiting.hear(message);
          seen.add(message.event);
          let [ahead, reached] = [life.ahead, 0];
          for (const event of [...seen].sort((a, b) => a - b)) {
            const { what, size } = life.events[event];
            if (what === 'add') continue;
            if (what === 'trade') reached += Math.max(0, size - ahead);
            ahead = Math.max(0, ahead - size);
          }
          expect(waiting.ahead).toBeGreaterThanOrEqual(ahead - 1e-6);
          expect(waiting.reached).toBeLessThanOrEqual(reached + 1e-6);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('without venue times the queue is no shorter either', () => {
    fc.assert(
      fc.property(lives(fc.nat(2)), order, (life, picks) => {
        const timeless = mixed(life, picks).map((message) => ({ ...message, at: 0 }));
        const waiting = new Waiting(model, life.ahead).hearAll(timeless);
        const perfect = new Waiting(model, life.ahead).hearAll(inOrder(life));
        expect(waiting.reached).toBeLessThanOrEqual(perfect.reached + 1e-6);
      }),
      { numRuns: 500 },
    );
  });
});

/** Of these, and of these alone, more ahead before a cancellation is more ahead after it, whatever its size. */
const steady = [printsOnly, powerQueue('power-1', 1), powerQueue('power-2', 1), powerQueue('power-3', 1)];

describe.each(steady)('$name, whatever the order of messages', (model) => {
  it('the queue is no shorter than for a reader who hears all in the venue’s order', () => {
    fc.assert(
      fc.property(lives(fc.integer({ min: 1, max: 3 })), order, (life, picks) => {
        const waiting = new Waiting(model, life.ahead).hearAll(mixed(life, picks));
        const perfect = new Waiting(model, life.ahead).hearAll(inOrder(life));
        expect(waiting.reached).toBeLessThanOrEqual(perfect.reached + 1e-6);
        expect(waiting.ahead).toBeGreaterThanOrEqual(perfect.ahead - 1e-6);
      }),
      { numRuns: 500 },
    );
  });
});

describe('prints that are stamped in whole seconds', () => {
  it('count once as well, as far as only what is displayed moves the queue on besides them', () => {
    fc.assert(
      fc.property(lives(fc.integer({ min: 1, max: 400 })), order, (life, picks) => {
        const coarse = mixed(life, picks).map((message) =>
          message.kind === 'print' ? { ...message, at: Math.floor(message.at / 1_000_000) * 1_000_000 } : message,
        );
        const waiting = new Waiting(printsOnly, life.ahead).hearAll(coarse);
        const perfect = new Waiting(printsOnly, life.ahead).hearAll(inOrder(life));
        expect(waiting.reached).toBeLessThanOrEqual(perfect.reached);
        expect(waiting.ahead).toBeGreaterThanOrEqual(perfect.ahead);
      }),
      { numRuns: 2000 },
    );
  });
});
