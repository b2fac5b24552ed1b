import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Ask, EngineDesk } from '../engine/desk.ts';
import { decoderFor } from '../feeds/index.ts';
import type { Secrets } from '../feeds/socket.ts';
import type { Control } from '../market/frame.ts';
import type { Journal } from '../market/journal.ts';
import type { AlertKind } from '../recorder/alerts.ts';
import type { RecorderStatus } from '../recorder/health.ts';
import { Recorder } from '../recorder/recorder.ts';
import { readSecrets } from '../recorder/secrets.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { Assembly, type RunSettings, settingsOf } from '../run/assemble.ts';
import { removeUnfinished, writeRunFolder } from '../run/run-folder.ts';
import { describeTape } from '../run/tapes.ts';
import { HEADER_FILE } from '../tape/header.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { openTape, type Tape } from '../tape/tape.ts';
import { beginningWith, goOn, readBeginning } from './beginning.ts';
import type { PaperConfig } from './config.ts';
import { Pipeline } from './pipeline.ts';
import { Sources } from './sources.ts';
import { StepWatch } from './step-watch.ts';

/** How often the engine is woken between frames: what is due happens this much late at most. */
const WAKE_MS = 5;

export interface SessionOptions {
  readonly config: PaperConfig;
  readonly log: (line: string) => void;
  /** Sees every row of the journal, those of before a restart too. */
  readonly watch?: Journal;
}

/**
 * A paper session: sockets, tape, engine, simulated venue. Each frame is on the tape before the engine has it, and whatever
 * is decided outside becomes a frame first: so a replay of the tape is this session, bit for bit.
 */
export class PaperSession {
  readonly #config: PaperConfig;
  readonly #settings: RunSettings;
  readonly #recorder: Recorder;
  readonly #sources: Sources;
  readonly #log: (line: string) => void;
  readonly #watch: Journal | undefined;
  readonly #stop = new AbortController();
  readonly steps: StepWatch;
  #assembly: Assembly | undefined;
  #isLive = false;
  #failure: unknown;

  private constructor(settings: RunSettings, recorder: Recorder, secrets: Secrets, options: SessionOptions) {
    const { config, log, watch } = options;
    this.#config = config;
    this.#settings = settings;
    this.#recorder = recorder;
    this.#log = log;
    this.#watch = watch;
    this.#sources = new Sources(config.sources, secrets, log, (answer) => this.control({ kind: 'answer', ...answer }));
    this.steps = new StepWatch(config.budgetMs, (text) => this.say(text));
  }

  /** Throws for what cannot work before anything is on disk. */
  static async create(options: SessionOptions): Promise<PaperSession> {
    const { config, log } = options;
    const { strategy, parameters, settings: run } = config;
    const given = await settingsOf({ strategy, parameters, config: run });
    const secrets = await readSecrets(config.secrets);
    if (isWithin(config.run, config.record.tape) || isWithin(config.record.tape, config.run)) {
      throw new Error(`run ${config.run}: needs a folder apart from that of the tape, ${config.record.tape}`);
    }
    const isNew = !existsSync(join(config.record.tape, HEADER_FILE));
    if (isNew && existsSync(config.run)) {
      throw new Error(
        `${config.run}: is there already, and the tape ${config.record.tape} is not; choose another folder`,
      );
    }
    const before = isNew ? undefined : await openTape(config.record.tape);
    const settings = before?.frames ? goOn(given, await readBeginning(before), before.path) : given;
    const recorder = await Recorder.create({ ...config.record, secrets: config.secrets, alerts: config.alerts }, log);
    return new PaperSession(settings, recorder, secrets, options);
  }

  get feed(): RecorderStatus {
    return this.#recorder.status;
  }

  /** Parts that may fail while the session goes on, and what is wrong with them; empty: nothing. */
  get troubles(): { readonly sources: string; readonly alerts: string } {
    return { sources: this.#sources.trouble, alerts: this.#recorder.alertTrouble };
  }

  /** Undefined until the state of before a restart is there again. */
  get desk(): EngineDesk | undefined {
    return this.#isLive ? this.#assembly?.engine.desk : undefined;
  }

  /** Other limits for the risk gate from now on, unless they are those that it has. */
  limit(limits: RiskLimits): void {
    const { desk } = this;
    if (desk && !isDeepStrictEqual(limits, desk.risk.limits)) this.control({ kind: 'limits', limits });
  }

  /** Puts a decision from outside on the tape, and so into effect. */
  control(control: Control): void {
    this.#recorder.note(0, { note: 'control', control });
  }

  /** Tells people, where the config says how. */
  tell(kind: AlertKind, text: string): void {
    this.#recorder.tell(kind, text);
  }

  /** A remark on the tape, and on the log. */
  say(text: string): void {
    this.#recorder.note(0, { note: 'remark', text });
  }

  /** Trades until `signal` is aborted; then closes the tape, writes the run and returns what it was. */
  async run(signal: AbortSignal): Promise<RunManifest> {
    // The tape's lock is ours, so they are of a session of this tape that was killed.
    await removeUnfinished(this.#config.run);
    return writeRunFolder(this.#config.run, true, async (folder) => {
      const assembly = new Assembly(this.#settings, {
        folder,
        jsonl: this.#config.jsonl,
        watch: this.#watch,
        strategyErrors: 'stop',
        onAsk: (ask) => this.#ask(ask),
      });
      this.#assembly = assembly;
      const { engine, instruments } = assembly;
      const { feed, redundant, tape: path } = this.#config.record;
      const before = await openTape(path);
      const lines = redundant ? [{ connection: 0, line: 'A' as const }] : [];
      const decoder = decoderFor({ feed, connections: [...before.header.connections, ...lines] });
      const pipeline = new Pipeline(decoder.create(before.header.instruments), engine, instruments);
      await this.#rebuild(before, pipeline);
      this.#goLive(assembly, pipeline);
      const waking = setInterval(() => this.#try(() => engine.wake(this.#recorder.quietUntil)), WAKE_MS);
      const recorded = new AbortController();
      const end = () => {
        clearInterval(waking);
        // Later than all that was done between frames: a replay ends with it.
        this.say('the session was stopped');
        recorded.abort();
      };
      const stopped = AbortSignal.any([signal, this.#stop.signal]);
      if (stopped.aborted) end();
      else stopped.addEventListener('abort', end, { once: true });
      await this.#recorder.run(recorded.signal).finally(() => clearInterval(waking));
      await this.#sources.close();
      if (this.#failure !== undefined) throw this.#failure;
      const tape = await openTape(path);
      const { from = 0, to = 0 } = tape.span ?? {};
      // As the tape has it: a remark that came too late for it would end the session later than its replay.
      engine.finish(to);
      const tapes = [describeTape(tape, pipeline.problems, undefined)];
      return assembly.finish({ mode: 'paper', tapes, from, to, events: pipeline.events });
    });
  }

  /** The state as of the last frame of a session that goes on. */
  async #rebuild(tape: Tape, pipeline: Pipeline): Promise<void> {
    if (tape.frames === 0) return;
    let told = performance.now();
    await pipeline.takeTape(tape, (frames) => {
      if (performance.now() - told < 1_000) return;
      told = performance.now();
      this.#log(`${frames} of ${tape.frames} frames played again`);
    });
  }

  #goLive({ engine }: Assembly, pipeline: Pipeline): void {
    const { desk } = engine;
    this.#isLive = true;
    this.#recorder.onFrame = (frame, sequence) =>
      this.#try(() => {
        const orders = desk.ordersPlaced;
        this.steps.measure(() => pipeline.take(frame, sequence));
        // No order may be known anywhere that the tape does not account for after a crash.
        if (desk.ordersPlaced !== orders) this.#recorder.flush();
      });
    if (pipeline.events === 0) this.control({ kind: 'begin', run: { ...beginningWith(this.#settings) } });
    this.limit(this.#config.settings.risk);
    for (const ask of desk.unanswered) this.#ask(ask);
  }

  /** While the state of before is made again, what was asked has its answer on the tape, or is asked anew afterwards. */
  #ask(ask: Ask): void {
    if (this.#isLive) this.#sources.ask(ask);
  }

  /** An error that is not the strategy's own ends the session: what is on the tape stays whole. */
  #try(work: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      work();
    } catch (error) {
      this.#failure = error;
      this.#stop.abort();
    }
  }
}

function isWithin(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}
