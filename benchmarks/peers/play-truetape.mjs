/** Plays a schedule through truetape and notes every fill; and its decoded events, for hftbacktest. */
import { Engine } from '../../dist/engine/engine.js';
import { decoderFor, openTape, TapeEvents, TapeWriter } from '../../dist/index.js';
import { EventKind } from '../../dist/market/event.js';
import { InstrumentList } from '../../dist/market/instrument.js';
import { replay } from '../../dist/replay/replay.js';
import { SimulatedExchange } from '../../dist/sim/exchange.js';
import { constantLatency } from '../../dist/sim/models/latency.js';
import { otherVenue } from '../../dist/sim/venues/index.js';

const silent = { write: () => undefined };
const CASH = 10n ** 30n;

export async function importTape(path, plan) {
  const writer = await TapeWriter.create(path, { feed: plan.feed, source: {}, instruments: [...plan.instruments] });
  for await (const frame of plan.frames()) writer.append(frame);
  await writer.close();
}

/** A tape's events in memory: what is timed is the simulation, not the disk. */
export async function loadEvents(path) {
  const tape = await openTape(path);
  const source = new TapeEvents(tape, decoderFor(tape.header), { cache: false });
  const loaded = [];
  for await (const batch of source.batches()) loaded.push(copy(batch));
  return { batches: loaded, instruments: source.instruments, endsAt: tape.span.to };
}

function copy(batch) {
  const same = Object.create(Object.getPrototypeOf(batch), Object.getOwnPropertyDescriptors(batch));
  for (const [name, column] of Object.entries(batch)) {
    if (ArrayBuffer.isView(column)) same[name] = column.slice(0, batch.count);
  }
  same.text = new Map(batch.text);
  return same;
}

/** The events so many times, each time later: their stamps move. */
class Source {
  constructor({ batches, instruments, endsAt }, times) {
    this.loaded = batches;
    this.instruments = instruments;
    this.length = endsAt - batches[0].receivedAt[0] + 1_000_000;
    this.times = times;
  }

  async *batches() {
    for (let time = 1; time <= this.times; time++) {
      for (const batch of this.loaded) {
        yield batch;
        if (this.times > 1) shift(batch, this.length);
      }
    }
    if (this.times > 1) for (const batch of this.loaded) shift(batch, -this.length * this.times);
  }
}

function shift(batch, by) {
  for (let i = 0; i < batch.count; i++) batch.receivedAt[i] += by;
}

/** Every fill in order, and the seconds that it took. Prices in ticks, sizes in lots. */
export async function play(events, actions, { latency, queue, fillRule, tick, lot, times = 1 }) {
  const instruments = new InstrumentList();
  const venue = new SimulatedExchange({
    instruments,
    cash: CASH,
    latency: constantLatency(...latency),
    queue,
    fillRule,
    rules: () => otherVenue,
  });
  const fills = [];
  const [{ id: instrument }] = events.instruments;
  const strategy = {
    name: 'schedule',
    description: 'does what it is told',
    create: (desk) => scheduled(desk, instrument, actions, { tick, lot }, fills),
  };
  const engine = new Engine({
    instruments,
    strategy,
    parameters: {},
    venue,
    journal: silent,
    cash: CASH,
    seed: '1',
    // Equity is no part of the comparison.
    equityEvery: Number.MAX_SAFE_INTEGER,
  });
  const source = new Source(events, times);
  const started = performance.now();
  const played = await replay(engine, [{ events: source, endsAt: events.endsAt }], instruments);
  return { fills, events: played.events, seconds: (performance.now() - started) / 1000 };
}

function scheduled(desk, instrument, actions, { tick, lot }, fills) {
  const orders = new Map();
  const ids = new Map();
  return {
    onStart() {
      for (const [i, { at }] of actions.entries()) desk.wakeAt(at, String(i));
    },
    onTimer(tag) {
      const action = actions[Number(tag)];
      const order = orders.get(action.id);
      if (action.do === 'place') {
        const placed = desk.place(requestOf(action));
        orders.set(action.id, placed);
        ids.set(placed.id, action.id);
      } else if (order.state !== 'open') return;
      else if (action.do === 'move') desk.amend(order, { price: action.price * tick });
      else if (action.do === 'decrease') desk.decrease(order, action.by * lot);
      else desk.cancel(order);
    },
    onFill({ orderId, at, price, size, liquidity, evidence }) {
      const { grade, available } = evidence;
      fills.push({
        id: ids.get(orderId),
        at,
        price: price / tick,
        size: Math.abs(size) / lot,
        liquidity,
        grade,
        available,
      });
    },
  };

  function requestOf({ side, price, size, force }) {
    return {
      instrument,
      side: side > 0 ? 'buy' : 'sell',
      price: price * tick,
      size: size * lot,
      timeInForce: force === 'post' ? 'gtc' : force,
      postOnly: force === 'post',
    };
  }
}

const flags = { depth: 1, trade: 2, clear: 3, buy: 0x20000000, sell: 0x10000000 };

/** Rows of four doubles: hftbacktest's flags, microseconds, price, size. */
export function exported({ batches, instruments }) {
  const [{ priceDecimals, sizeDecimals }] = instruments;
  const rows = [];
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      const kind = { [EventKind.bookLevel]: flags.depth, [EventKind.trade]: flags.trade }[batch.kind[i]];
      const side = batch.side[i] > 0 ? flags.buy : flags.sell;
      const price = batch.price[i] / 10 ** priceDecimals;
      const size = batch.size[i] / 10 ** sizeDecimals;
      if (kind !== undefined) rows.push(kind + side, batch.receivedAt[i], price, size);
    }
  }
  return new Uint8Array(Float64Array.from(rows).buffer);
}
