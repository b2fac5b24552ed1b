/** Plays a session to the real exchange and to the reference, and finds where they first differ. */
import { createHash } from 'node:crypto';
import { type EventBatch, EventKind } from '../../../src/market/event.ts';
import { InstrumentList } from '../../../src/market/instrument.ts';
import { MICROS_PER_MILLISECOND, type Micros } from '../../../src/market/units.ts';
import type { Venue } from '../../../src/market/venue.ts';
import { SimulatedExchange } from '../../../src/sim/exchange.ts';
import { constantLatency } from '../../../src/sim/models/latency.ts';
import { printsOnly } from '../../../src/sim/models/queue.ts';
import { frameOf } from '../../support/events.ts';
import { type Command, prices, type Session } from './commands.ts';
import { ReferenceExchange } from './exchange.ts';

/** How often the states are compared, in commands; the answers are after each. */
const STATE_EVERY = 20;

export interface Difference {
  /** The last command that was played. */
  readonly command: number;
  readonly exchange: string;
  readonly reference: string;
}

export interface Agreement {
  readonly answers: number;
  /** sha256 over all states that were compared. */
  readonly hash: string;
}

export function compare(session: Session, stateEvery = STATE_EVERY): Difference | Agreement {
  const exchange = realExchange(session);
  const reference = new ReferenceExchange(session);
  const hash = createHash('sha256');
  let answers = 0;
  let last: Micros = 0;
  const clock = { at: session.commands[0]?.at ?? 0 };
  for (const [command, each] of session.commands.entries()) {
    const frame = each.do === 'frame' ? frameAt(each, command, clock) : undefined;
    const [ours, theirs] = [play(exchange, each, frame), play(reference, each, frame)];
    if (ours.join() !== theirs.join()) {
      return { command, exchange: ours.join('\n'), reference: theirs.join('\n') };
    }
    answers += ours.length;
    last = each.at;
    if (command % stateEvery !== 0) continue;
    const [state, expected] = [stateOf(exchange, session), stateOfReference(reference, session)];
    if (state !== expected) return { command, exchange: state, reference: expected };
    hash.update(state);
  }
  exchange.finish(last);
  reference.finish(last);
  const [ours, theirs] = [drain(exchange), drain(reference)];
  ours.push(stateOf(exchange, session));
  theirs.push(stateOfReference(reference, session));
  if (ours.join() !== theirs.join()) {
    return { command: session.commands.length, exchange: ours.join('\n'), reference: theirs.join('\n') };
  }
  return { answers: answers + ours.length - 1, hash: hash.update(ours.join()).digest('hex') };
}

/** Leaves out whatever need not be there for the two to differ. */
export function shrink(session: Session): Session {
  const differs = (commands: readonly Command[]) => 'command' in compare({ ...session, commands }, 1);
  let commands = session.commands;
  for (let chunk = commands.length; chunk >= 1; chunk = Math.min(chunk >> 1, commands.length)) {
    for (let from = 0; from < commands.length; ) {
      const fewer = commands.toSpliced(from, chunk);
      if (differs(fewer)) commands = fewer;
      else from += chunk;
    }
  }
  return { ...session, commands };
}

function realExchange(session: Session): SimulatedExchange {
  const instruments = new InstrumentList();
  for (const instrument of session.instruments) instruments.add(instrument);
  return new SimulatedExchange({
    instruments,
    cash: session.cash,
    latency: constantLatency(session.entry, session.response, session.cancel),
    queue: printsOnly,
    fillRule: session.fillRule,
    rules: session.rules,
  });
}

/** The venue's clock goes on by a millisecond with each row; prints that are late bear the time of the row before. */
function frameAt(frame: Extract<Command, { do: 'frame' }>, number: number, clock: { at: Micros }): EventBatch {
  const batch = frameOf(frame.at, frame.rows, number);
  for (let i = 0; i < batch.count; i++) {
    if (!frame.isLate || batch.kind[i] !== EventKind.trade) clock.at += MICROS_PER_MILLISECOND;
    batch.exchangeAt[i] = clock.at;
  }
  return batch;
}

/** In the engine's order: what is due before, the command, what is due then. Returns what reached the desk. */
function play(venue: Venue, command: Command, frame: EventBatch | undefined): string[] {
  const { at } = command;
  const answers: string[] = [];
  for (;;) {
    const due = Math.min(venue.arrivalAt, venue.responseAt);
    if (!(due < at)) break;
    if (venue.arrivalAt <= due) venue.arrive();
    else answers.push(answer(venue));
  }
  if (frame) venue.onFrame(frame, 0, frame.count);
  else if (command.do === 'send') venue.send(command.request, at);
  while (venue.arrivalAt <= at) venue.arrive();
  while (venue.responseAt <= at) answers.push(answer(venue));
  return answers;
}

function drain(venue: Venue): string[] {
  const answers: string[] = [];
  while (venue.responseAt < Number.POSITIVE_INFINITY) answers.push(answer(venue));
  return answers;
}

function answer(venue: Venue): string {
  return `${venue.responseAt} ${JSON.stringify(venue.respond(), plain)}`;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || value === Number.POSITIVE_INFINITY ? String(value) : value;
}

/** Our orders with their queues, what we took, money: as text. */
function stateOf(exchange: SimulatedExchange, { instruments }: Session): string {
  const lines = instruments.map(({ id }, at) => {
    const lane = exchange.lane(at);
    const orders = (lane?.own.all ?? []).map(
      (own) =>
        `#${own.id} ${own.remaining} of ${own.filled + own.remaining} @${own.price} ahead ${own.place.ahead} of ${own.queueAtArrival} since ${own.joinedAt}`,
    );
    const taken = takenText((side, price) => lane?.depth.taken.at(side, price) ?? 0);
    return [id, `position ${exchange.account.sizeOf(id)}`, ...orders, taken].join('\n  ');
  });
  return `cash ${exchange.account.cash} free ${exchange.available}\n${lines.join('\n')}`;
}

function stateOfReference(reference: ReferenceExchange, { instruments }: Session): string {
  const lines = instruments.map(({ id }, at) => {
    const market = reference.markets[at];
    const orders = reference
      .resting(market)
      .map(
        (own) =>
          `#${own.asked.id} ${own.rest} of ${own.filled + own.rest} @${own.price} ahead ${own.ahead} of ${own.aheadAtArrival} since ${own.joinedAt}`,
      );
    const taken = takenText((side, price) => market.takenAt(side, price));
    return [id, `position ${reference.money.position(market)}`, ...orders, taken].join('\n  ');
  });
  return `cash ${reference.money.cash} free ${reference.available}\n${lines.join('\n')}`;
}

function takenText(at: (side: 1 | -1, price: number) => number): string {
  const taken = [1, -1].flatMap((side) => prices.map((price) => `${price}x${at(side as 1 | -1, price)}`));
  return `taken ${taken.filter((text) => !text.endsWith('x0')).join(' ')}`;
}
