import type { CostBasis } from '../market/account.ts';
import { type EventBatch, EventKind, gapNames, LifecycleCode, MarketEvent } from '../market/event.ts';
import type { Control } from '../market/frame.ts';
import type { InstrumentList } from '../market/instrument.ts';
import type { Journal } from '../market/journal.ts';
import type { Market } from '../market/market.ts';
import { Rng } from '../market/rng.ts';
import type { Strategy, StrategyDefinition } from '../market/strategy.ts';
import { formatTime, MICROS_PER_SECOND, type Micros, type Money } from '../market/units.ts';
import type { Venue } from '../market/venue.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { type Ask, EngineDesk } from './desk.ts';
import { EquityLog } from './equity-log.ts';
import { guarded } from './guard.ts';
import type { MarkPolicy } from './marks.ts';
import { Timers } from './timers.ts';

export interface EngineOptions {
  readonly instruments: InstrumentList;
  readonly strategy: StrategyDefinition;
  /** Already checked against the strategy's schema. */
  readonly parameters: unknown;
  readonly venue: Venue;
  readonly journal: Journal;
  readonly cash: Money;
  /** Default average. */
  readonly costBasis?: CostBasis;
  /** Default mid. */
  readonly mark?: MarkPolicy;
  readonly seed: string;
  /** The strategy starts at the first frame at or after this time; before it, only markets are kept up to date. */
  readonly startAt?: Micros;
  /** Grid on which equity is sampled, besides every fill. Default one second. */
  readonly equityEvery?: Micros;
  /** What orders are held to. Default: nothing. */
  readonly risk?: RiskLimits;
  /** Called for each `Desk.ask`, to have it answered; its answer comes over the tape. */
  readonly onAsk?: (ask: Ask) => void;
  /** An error in a strategy's code ends the run (default), or only the strategy: its orders are cancelled. */
  readonly strategyErrors?: 'throw' | 'stop';
  /** An error of the strategy's code with the line where it arose. */
  readonly located?: (error: Error) => Error;
}

/** Who sees a frame in a step. */
export type Observer = 'both' | 'venue' | 'desk';

/** More steps than this without time moving on means that a strategy and the venue answer each other for ever. */
const STEPS_AT_ONE_TIME_MAX = 100_000;

/**
 * The loop that joins market data, venue and strategy: pure, synchronous, the same in replay, paper and live.
 *
 * A step is one frame with all its events, whatever the batches are. The order inside a step at time T:
 *
 *   1. what is due before T, by time: equity samples, the risk gate's look at silent markets, timers, order arrivals at
 *      the venue, venue responses at the desk (in this order when they fall on one instant); then timers due exactly at T.
 *      The clock shows each due time.
 *   2. market data of the frame reach the venue
 *   3. orders that arrive at T reach the venue, after the data: we lose every tie
 *   4. venue responses due at T reach the desk
 *   5. market data of the frame reach the desk: first every row is applied, then the strategy is called
 *
 * An order sent in phase 5 without latency therefore arrives after the next frame's data at the same time, or before
 * the next frame's data at a later time.
 *
 * Where the venue sees frames earlier than the desk does, each frame is two steps: that of the venue is 1 and 2, that of the
 * desk, later, is 1, 3, 4 and 5. Of steps at one time those of the venue come first, so that no order can win a tie.
 */
export class Engine {
  readonly desk: EngineDesk;
  readonly #definition: StrategyDefinition;
  readonly #parameters: unknown;
  readonly #venue: Venue;
  readonly #timers = new Timers();
  readonly #equity: EquityLog;
  readonly #markets: Market[];
  readonly #event = new MarketEvent();
  /** Markets whose book changed in the current frame; only the first few entries are of this frame. */
  readonly #touched: Market[] = [];
  /** Markets whose book had to be given up and has had no snapshot since. */
  readonly #inGap = new Set<Market>();
  #strategy: Strategy | undefined;
  #hasStarted = false;
  readonly #stopsOnError: boolean;
  readonly #located: (error: Error) => Error;
  /** Bit `kind` is set when the strategy has a handler for that kind. */
  #wanted = 0;
  #wantsBook = false;
  readonly #startAt: Micros;
  #due: Micros = Number.POSITIVE_INFINITY;

  constructor(options: EngineOptions) {
    this.#definition = options.strategy;
    this.#parameters = options.parameters;
    this.#venue = options.venue;
    this.#stopsOnError = options.strategyErrors === 'stop';
    this.#located = options.located ?? ((error) => error);
    this.#startAt = options.startAt ?? Number.NEGATIVE_INFINITY;
    this.desk = new EngineDesk({
      instruments: options.instruments,
      venue: options.venue,
      timers: this.#timers,
      journal: options.journal,
      cash: options.cash,
      costBasis: options.costBasis ?? 'average',
      mark: options.mark ?? 'mid',
      rng: new Rng(options.seed).split('strategy'),
      risk: options.risk ?? {},
      onAsk: options.onAsk ?? (() => undefined),
    });
    this.#markets = this.desk.markets;
    this.#equity = new EquityLog(this.desk, options.journal, options.equityEvery ?? MICROS_PER_SECOND);
  }

  /** Processes rows `[from, to)` of a batch; both ends must lie between frames. Their time is when `observer` sees them. */
  advance(batch: EventBatch, from = 0, to = batch.count, observer: Observer = 'both'): void {
    const { frame } = batch;
    try {
      for (let i = from; i < to; ) {
        let end = i + 1;
        while (end < to && frame[end] === frame[i]) end++;
        this.#step(batch, i, end, observer);
        i = end;
      }
    } catch (error) {
      throw this.#stopped(error);
    }
  }

  /**
   * Time has come to `time` without a frame: what was due by then happens, as it would before the next frame, whose stamp
   * has to be later. A replay, which knows no such moments, does the same: whatever acts at a time of its own has to be due.
   */
  wake(time: Micros): void {
    if (time <= this.desk.now) return;
    try {
      // What is due at `time` itself as well, equity before timers: no frame of that stamp is to come.
      this.#drain(time + 0.5);
      this.#findDue();
    } catch (error) {
      throw this.#stopped(error);
    }
  }

  /** When something is due; Infinity if nothing is. */
  get dueAt(): Micros {
    return this.#due;
  }

  /** The tape ended at `time`. Delivers what the venue still has to say, then closes the journal's equity. */
  finish(time: Micros): void {
    try {
      const end = Math.max(time, this.desk.now);
      this.#drain(end);
      this.desk.now = end;
      this.#venue.finish(end);
      const strategy = this.#strategy;
      this.desk.close();
      while (this.#venue.responseAt < Number.POSITIVE_INFINITY) {
        this.desk.now = Math.max(end, this.#venue.responseAt);
        this.desk.receive(this.#venue.respond());
      }
      this.#equity.close(this.desk.now);
      strategy?.onEnd?.();
    } catch (error) {
      throw this.#stopped(error);
    }
  }

  #step(batch: EventBatch, from: number, to: number, observer: Observer): void {
    const time = batch.receivedAt[from];
    const { desk } = this;
    const venue = this.#venue;
    if (time < desk.now) {
      throw new Error(`frame ${batch.frame[from]} is stamped ${formatTime(time)}, before ${formatTime(desk.now)}`);
    }
    if (this.#due <= time) this.#drain(time);
    desk.now = time;
    if (observer === 'venue') venue.onFrame(batch, from, to);
    else {
      desk.tape = batch.tape;
      desk.frame = batch.frame[from];
      if (!this.#hasStarted && time >= this.#startAt) this.#start();
      if (observer === 'both') venue.onFrame(batch, from, to);
      while (venue.arrivalAt <= time) venue.arrive();
      while (venue.responseAt <= time) desk.receive(venue.respond());
      this.#toDesk(batch, from, to);
      if (desk.dirty) this.#settleUp();
    }
    this.#findDue();
  }

  #findDue(): void {
    const venue = this.#venue;
    const { nextAt } = this.desk.risk;
    this.#due = Math.min(this.#timers.nextAt, venue.arrivalAt, venue.responseAt, this.#equity.nextAt, nextAt);
  }

  /** Everything due before `time`, and timers due at it; see the order of phases above. */
  #drain(time: Micros): void {
    const { desk } = this;
    const [venue, timers, equity] = [this.#venue, this.#timers, this.#equity];
    let stepsAtOneTime = 0;
    for (;;) {
      const other = Math.min(timers.nextAt, venue.arrivalAt, venue.responseAt);
      const due = Math.min(other, equity.nextAt, desk.risk.nextAt);
      if (due > time || (due === time && timers.nextAt > time)) break;
      stepsAtOneTime = due > desk.now ? 0 : stepsAtOneTime + 1;
      if (stepsAtOneTime > STEPS_AT_ONE_TIME_MAX) {
        throw new Error(`strategy and venue answered each other ${STEPS_AT_ONE_TIME_MAX} times at one instant`);
      }
      if (equity.nextAt < time && equity.nextAt === due) {
        desk.now = Math.max(desk.now, due);
        desk.risk.watch(equity.sampleOnGrid(Math.min(other, time)));
        continue;
      }
      if (desk.risk.nextAt < time && desk.risk.nextAt === due) {
        desk.now = Math.max(desk.now, due);
        desk.risk.cancelSilent();
        continue;
      }
      desk.now = Math.max(desk.now, due);
      if (timers.nextAt <= due) {
        const due = timers.take();
        if (typeof due === 'string') this.#strategy?.onTimer?.(due);
        else due();
      } else if (venue.arrivalAt <= due) venue.arrive();
      else desk.receive(venue.respond());
      if (desk.dirty) this.#settleUp();
    }
  }

  #toDesk(batch: EventBatch, from: number, to: number): void {
    const { kind, instrument } = batch;
    let wanted = 0;
    let touched = 0;
    for (let i = from; i < to; i++) {
      const index = instrument[i];
      wanted |= 1 << kind[i];
      if (index < 0) continue;
      const market = this.#markets[index] ?? this.desk.open(index);
      if (kind[i] === EventKind.bookLevel) {
        market.apply(batch, i);
        touched = this.#touch(market, touched);
      } else if (kind[i] === EventKind.quote) market.apply(batch, i);
      else touched = this.#takeIn(market, batch, i, touched);
    }
    if ((wanted & (1 << EventKind.control)) !== 0) this.#control(batch, from, to);
    if (this.desk.risk.flattens) this.desk.risk.flatten();
    const strategy = this.#strategy;
    if (strategy === undefined) return;
    this.desk.onFrame();
    if ((wanted & this.#wanted) !== 0) this.#dispatch(strategy, batch, from, to);
    if (this.#wantsBook) for (let k = 0; k < touched; k++) strategy.onBook?.(this.#touched[k]);
  }

  /** Rows other than levels and quotes: what else has to be noticed when they change a market. */
  #takeIn(market: Market, batch: EventBatch, i: number, touched: number): number {
    if (!this.desk.isListed(market.index)) {
      // Only the listing itself, and what comes after it, is of this run: a settlement file may know more markets.
      if (batch.kind[i] !== EventKind.lifecycle || batch.code[i] !== LifecycleCode.listed) return touched;
      this.desk.list(market.index);
    }
    const wasComplete = market.bookComplete;
    market.apply(batch, i);
    switch (batch.kind[i]) {
      case EventKind.trade:
      case EventKind.statistic:
        this.desk.countVolume(market, batch, i);
        return touched;
      case EventKind.bookClear:
        if (!wasComplete && market.bookComplete && this.#inGap.delete(market)) {
          this.desk.noteContinuity('recovered', market.instrument.id, 'snapshot');
        }
        return this.#touch(market, touched);
      case EventKind.gap:
        if (wasComplete && !market.bookComplete) {
          this.#inGap.add(market);
          this.desk.noteContinuity('gap', market.instrument.id, gapNames[batch.code[i]] ?? '');
          this.desk.risk.lost(market.instrument.id);
        }
        return touched;
      default:
        return touched;
    }
  }

  /** Adds a market to the first `count` of `#touched` unless it is there; returns the new count. */
  #touch(market: Market, count: number): number {
    const touched = this.#touched;
    for (let k = count - 1; k >= 0; k--) if (touched[k] === market) return count;
    touched[count] = market;
    return count + 1;
  }

  #dispatch(strategy: Strategy, batch: EventBatch, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const index = batch.instrument[i];
      const market = this.#markets[index];
      if (index >= 0 && !this.desk.isListed(index)) continue;
      switch (batch.kind[i]) {
        case EventKind.trade:
          strategy.onTrade?.(market, this.#event.at(batch, i));
          break;
        case EventKind.quote:
          // The ask row completes the quote.
          if (batch.side[i] < 0) strategy.onQuote?.(market);
          break;
        case EventKind.bar:
          if (market.bar.at === batch.receivedAt[i]) strategy.onBar?.(market);
          break;
        case EventKind.series:
          strategy.onSeries?.(market);
          break;
        case EventKind.lifecycle:
          if (batch.code[i] === LifecycleCode.listed) strategy.onInstrument?.(market.instrument);
          else strategy.onLifecycle?.(market, this.#event.at(batch, i));
          break;
        case EventKind.gap:
          strategy.onGap?.(index < 0 ? undefined : market, this.#event.at(batch, i));
          break;
        default:
      }
    }
  }

  /** What was decided outside, and is on the tape for that. */
  #control(batch: EventBatch, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (batch.kind[i] !== EventKind.control) continue;
      const control = JSON.parse(batch.text.get(i) ?? '') as Control;
      switch (control.kind) {
        case 'halt':
          this.desk.risk.halt(control.reason, control.flatten);
          break;
        case 'resume':
          this.desk.risk.resume();
          break;
        case 'limits':
          this.desk.risk.setLimits(control.limits);
          break;
        case 'stop':
          this.#stopStrategy(control.reason);
          break;
        case 'answer':
          if (this.desk.takeAnswer(control)) this.#strategy?.onAnswer?.(control);
      }
    }
  }

  /** Its orders are cancelled; the markets go on. */
  #stopStrategy(reason: string): void {
    if (this.#strategy === undefined) return;
    this.#strategy = undefined;
    this.#wanted = 0;
    this.#wantsBook = false;
    this.desk.strategy = undefined;
    this.desk.noteSession('stopped', reason);
    this.desk.cancelAll();
  }

  #start(): void {
    this.#hasStarted = true;
    this.desk.risk.watch(this.#equity.start(this.desk.now));
    const strategy = this.#create();
    if (strategy === undefined) return;
    this.#strategy = strategy;
    this.desk.strategy = strategy;
    this.#wantsBook = strategy.onBook !== undefined;
    const wants: [unknown, number][] = [
      [strategy.onTrade, EventKind.trade],
      [strategy.onQuote, EventKind.quote],
      [strategy.onBar, EventKind.bar],
      [strategy.onSeries, EventKind.series],
      [strategy.onLifecycle ?? strategy.onInstrument, EventKind.lifecycle],
      [strategy.onGap, EventKind.gap],
    ];
    for (const [handler, kind] of wants) if (handler !== undefined) this.#wanted |= 1 << kind;
    strategy.onStart?.();
    for (const instrument of this.desk.instruments) strategy.onInstrument?.(instrument);
  }

  #create(): Strategy | undefined {
    if (!this.#stopsOnError) return this.#definition.create(this.desk, this.#parameters);
    const failed = (error: unknown) => this.#stopStrategy(this.#messageOf(error));
    try {
      return guarded(this.#definition.create(this.desk, this.#parameters), failed);
    } catch (error) {
      this.desk.noteSession('stopped', this.#messageOf(error));
      return undefined;
    }
  }

  /** After fills and settlements: one row of equity for each instant. */
  #settleUp(): void {
    this.desk.dirty = false;
    this.desk.risk.watch(this.#equity.sample(this.desk.now));
  }

  #messageOf(error: unknown): string {
    return error instanceof Error ? this.#located(error).message : String(error);
  }

  #stopped(error: unknown): Error {
    if (!(error instanceof Error)) return new Error(String(error));
    const { now, frame } = this.desk;
    const where = now > 0 ? `at ${formatTime(now)}, frame ${frame}` : 'before the first frame';
    return new Error(`the run stopped ${where}: ${error.message}`, { cause: error });
  }
}
