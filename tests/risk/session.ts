/** A short session of two markets, in which a strategy acts at given seconds. */
import type { EngineDesk } from '../../src/engine/desk.ts';
import type { EventBatch } from '../../src/market/event.ts';
import type { Order, OrderRequest, VenueRequest } from '../../src/market/order.ts';
import type { Micros } from '../../src/market/units.ts';
import { type RiskLimits, riskSchema } from '../../src/risk/limits.ts';
import { TestEngine, type TestEngineOptions } from '../support/engine.ts';
import { EventScript, inBatchesOf, listed, snapshot } from '../support/events.ts';
import { contract } from '../support/instruments.ts';

export const SECOND: Micros = 1_000_000;
export const rain = contract({ group: 'weather' });
export const snow = contract({ symbol: 'KXSNOW-26JUN01-T1', id: 'kalshi:KXSNOW-26JUN01-T1', group: 'weather' });
export const vote = contract({ symbol: 'KXVOTE-26', id: 'kalshi:KXVOTE-26', group: 'politics' });

export type Act = (desk: EngineDesk) => unknown;
/** What is done when, in seconds. */
export type Plan = readonly (readonly [second: number, act: Act])[];

export interface SessionOptions extends Omit<TestEngineOptions, 'risk'> {
  readonly script?: EventScript;
  /** When second 0 is. */
  readonly from?: Micros;
  /** What the strategy does when it hears of an order. */
  readonly onOrder?: Act;
  /** Sees what is sent to the venue. */
  readonly onSend?: (request: VenueRequest, desk: EngineDesk) => void;
  /** When the engine is woken between frames, as on paper; rising. */
  readonly wakes?: readonly Micros[];
}

/** All three markets at 0.50 x 1000 and 0.52 x 1000 from second 1 on. */
export function quiet(from: Micros = 0): EventScript {
  const books = [0, 1, 2].flatMap((i) => [listed(i), ...book(5000, 5200, i)]);
  return new EventScript().frame(from + SECOND, ...books);
}

export const book = (bid: number, ask: number, instrument = 0) =>
  snapshot([[bid, 100_000]], [[ask, 100_000]], instrument);

/** Plays the plan to its end; `told` are the orders of `onOrder`. */
export function session(limits: object, plan: Plan, options: SessionOptions = {}) {
  const from = options.from ?? 0;
  const told: Order[] = [];
  const run = new TestEngine(
    (desk) => ({
      onStart() {
        for (const [i, [second]] of plan.entries()) desk.wakeAt(from + second * SECOND, String(i));
      },
      onTimer: (tag) => plan[Number(tag)][1](desk as EngineDesk),
      onOrder(order) {
        told.push({ ...order });
        options.onOrder?.(desk as EngineDesk);
      },
    }),
    { instruments: [rain, snow, vote], ...options, risk: limitsOf(limits) },
  );
  const send = run.exchange.send.bind(run.exchange);
  run.exchange.send = (request, now) => {
    options.onSend?.(request, run.engine.desk);
    send(request, now);
  };
  const script = options.script ?? quiet(from);
  const end = Math.max(0, ...plan.map(([second]) => second)) + 1;
  const endsAt = Math.max(from + end * SECOND, script.batch.receivedAt[script.batch.count - 1]);
  run.play(wokenBefore(run, script.batch, options.wakes ?? [], endsAt), endsAt);
  return Object.assign(run, { told });
}

/** Frame by frame; what a frame at the time of a wake would have to be later than is left out. */
function* wokenBefore(
  run: TestEngine,
  batch: EventBatch,
  wakes: readonly Micros[],
  endsAt: Micros,
): Generator<EventBatch> {
  let next = 0;
  const wakeBefore = (time: Micros) => {
    for (; wakes[next] < time; next++) run.engine.wake(wakes[next]);
    while (wakes[next] === time) next++;
  };
  for (const frame of inBatchesOf(1, batch)) {
    wakeBefore(frame.receivedAt[0]);
    yield frame;
  }
  wakeBefore(endsAt);
}

export const limitsOf = (limits: object): RiskLimits => riskSchema.parse(limits);

/** An order as a rule, that rests at the bid; sizes are in hundredths of a contract. */
export const rest = (size: number, more: Partial<OrderRequest> = {}): Act => place({ price: 5000, size, ...more });

/** Buys at the ask, at once. */
export const take = (size: number, more: Partial<OrderRequest> = {}): Act => place({ price: 5200, size, ...more });

/** Sells at the bid, at once. */
export const sell = (size: number, more: Partial<OrderRequest> = {}): Act =>
  place({ side: 'sell', price: 5000, size, ...more });

function place(request: Partial<OrderRequest> & { size: number }): Act {
  return (desk) => desk.place({ instrument: rain.id, side: 'buy', ...request });
}

/** Every order that ended refused, by its reason. */
export const refusals = (run: TestEngine): string[] =>
  run.journal
    .rows('orders')
    .filter(({ step, state }) => step === 'ended' && state === 'rejected')
    .map(({ reason }) => reason);

export const riskNotes = (run: TestEngine): string[] =>
  run.journal
    .rows('notes')
    .filter(({ kind }) => kind === 'risk')
    .map(({ text }) => text);

/** What was decided outside: kind and text of its notes. */
export const sessionNotes = (run: TestEngine): string[] =>
  run.journal
    .rows('notes')
    .filter(({ kind }) => kind === 'halted' || kind === 'resumed' || kind === 'limits')
    .map(({ kind, text }) => `${kind}: ${text}`);
