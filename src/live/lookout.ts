import { existsSync } from 'node:fs';
import { type Secrets, withSecrets } from '../feeds/socket.ts';
import type { Control } from '../market/frame.ts';
import type { Journal, JournalRows, JournalTable } from '../market/journal.ts';
import type { AlertKind } from '../recorder/alerts.ts';
import { Refusal, StatusServer } from '../recorder/http.ts';
import { readSecrets } from '../recorder/secrets.ts';
import type { PaperConfig } from './config.ts';
import { EquityLine } from './equity-line.ts';
import { LiveScreens } from './live-screens.ts';
import { Monitor, type Part } from './monitor.ts';
import { type News, newsOf } from './news.ts';
import { Recent } from './recent.ts';
import type { PaperSession } from './session.ts';
import { liveSite } from './site.ts';
import { holdingsOf, reportOf, type SessionStatus } from './status.ts';
import { Watchers } from './watchers.ts';

/** How often it looks, tells and shows. */
const LOOK_MS = 500;
/** News between two looks; more are counted. Twice as many where they are urgent: fills must not keep out a halt. */
const NEWS_MOST = 1000;
/** Lines of news on the log, of one look, besides urgent ones. */
const LINES_MOST = 20;
const urgent: ReadonlySet<AlertKind> = new Set(['error', 'halt']);
/** Sockets that come back sooner are no trouble. */
const AWAY_SECONDS = 10;

/** What a lookout needs of a session. */
export type Watched = Pick<PaperSession, 'feed' | 'desk' | 'troubles' | 'steps' | 'tell' | 'control'>;

/**
 * Looks at a session from outside: state, screens, alerts. The journal's rows are collected as they are written, everything
 * else is read twice a second. Nothing that the engine works with is changed here.
 */
export class Lookout {
  /** For the session. */
  readonly watch: Journal;
  readonly #config: PaperConfig;
  readonly #log: (line: string) => void;
  readonly #recent = new Recent();
  readonly #equity = new EquityLine();
  readonly #watchers: Watchers;
  readonly #screens = new LiveScreens();
  readonly #monitor: Monitor;
  readonly #news: News[] = [];
  #newsDropped = 0;
  #session: Watched | undefined;
  #server: StatusServer<SessionStatus> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(config: PaperConfig, log: (line: string) => void) {
    this.#config = config;
    this.#log = log;
    const news: Journal = { write: (table, row) => this.#hear(table, row) };
    this.#watchers = new Watchers({ recent: this.#recent, equity: this.#equity, news });
    this.watch = this.#watchers;
    this.#monitor = new Monitor({
      parts: () => this.#parts(),
      connections: () => this.#session?.feed.connections ?? [],
      unanswered: () => this.#recent.unanswered,
      onError: (text) => this.#tell({ kind: 'error', text }),
      now: Date.now,
    });
  }

  /** Before the session is there: a port that is taken must not leave a tape behind. */
  static async open(config: PaperConfig, log: (line: string) => void): Promise<Lookout> {
    const lookout = new Lookout(config, log);
    await lookout.#serve();
    lookout.#timer = setInterval(() => lookout.#look(), LOOK_MS);
    return lookout;
  }

  /** The session begins. */
  follow(session: Watched): void {
    this.#session = session;
    this.#monitor.initialize();
  }

  /** The session is asked to end. */
  ending(reason: string): void {
    this.#monitor.shutDown(reason);
  }

  /** The session ended by itself. */
  failed(why: string): void {
    const text = `the session stopped; its tape is whole, and the same command goes on with it: ${why}`;
    this.#tell({ kind: 'error', text });
    this.#monitor.shutDown(why);
  }

  get status(): SessionStatus {
    const { strategy, run, record } = this.#config;
    const session = this.#session;
    const { machine, health } = this.#monitor;
    return {
      strategy,
      tape: record.tape,
      run,
      state: machine.state,
      stateSeconds: Math.round(machine.seconds * 10) / 10,
      isWell: health.isWell,
      health: health.line,
      ...holdingsOf(session?.desk, this.#recent.equity),
      ...reportOf(this.#recent),
      equityLine: this.#equity.points,
      steps: stepsOf(session),
      feed: session?.feed ?? null,
      parts: this.#parts(),
      history: machine.history,
    };
  }

  /** After the session: what it told last has been shown and sent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#pass();
    await this.#server?.close();
  }

  async #serve(): Promise<void> {
    const { http, secrets } = this.#config;
    if (!http) return;
    const token = http.token && withSecrets(http.token, await named(http.token, secrets));
    const site = liveSite({
      status: () => this.status,
      live: (socket) => this.#screens.add(socket),
      control: (control) => this.#control(control),
    });
    this.#server = await StatusServer.start({ ...http, token }, site);
    this.#log(`screen on ${this.#server.url}${token === undefined ? '' : '/?token=..'}`);
  }

  #look(): void {
    if (this.#session?.desk) this.#monitor.goLive();
    this.#monitor.look();
    this.#pass();
    if (this.#screens.count > 0) this.#screens.publish(JSON.stringify(this.status));
  }

  /** In the middle of a frame: news is kept for later. What was news before a restart is none. */
  #hear<T extends JournalTable>(table: T, row: JournalRows[T]): void {
    if (this.#session?.desk === undefined) return;
    const news = newsOf(table, row, this.#recent.notes);
    if (!news) return;
    const most = urgent.has(news.kind) ? 2 * NEWS_MOST : NEWS_MOST;
    if (this.#news.length < most) this.#news.push(news);
    else this.#newsDropped++;
  }

  #pass(): void {
    const news = this.#news.splice(0);
    for (const { kind, text } of news) this.#session?.tell(kind, text);
    const lines = news.filter(({ kind }, i) => i < LINES_MOST || urgent.has(kind));
    for (const { text } of lines) this.#log(text);
    const more = news.length - lines.length + this.#newsDropped;
    if (more > 0) this.#log(`and ${more} more; the journal has all`);
    this.#newsDropped = 0;
  }

  #tell({ kind, text }: News): void {
    this.#session?.tell(kind, text);
    this.#log(text);
  }

  #control(control: Control): void {
    if (this.#session?.desk === undefined || this.#monitor.machine.state === 'SHUTDOWN') {
      throw new Refusal(503, 'nothing was done: the session does not trade now; /health says why');
    }
    const { killFile } = this.#config;
    if (control.kind === 'resume' && killFile !== undefined && existsSync(killFile)) {
      throw new Refusal(409, `nothing was done: the file ${killFile} is there and halts trading; take it away`);
    }
    this.#session.control(control);
  }

  #parts(): readonly Part[] {
    const session = this.#session;
    const isDown = this.#server !== undefined && !this.#server.isListening;
    return [
      { name: 'events', isCritical: true, trouble: this.#watchers.trouble },
      { name: 'http', isCritical: true, trouble: isDown ? 'the port is closed' : '' },
      { name: 'venue', isCritical: true, trouble: session ? silenceOf(session) : '' },
      { name: 'feed', isCritical: false, trouble: session?.feed.trouble ?? '' },
      { name: 'strategy', isCritical: false, trouble: this.#recent.stopped ?? '' },
      { name: 'sources', isCritical: false, trouble: session?.troubles.sources ?? '' },
      { name: 'alerts', isCritical: false, trouble: session?.troubles.alerts ?? '' },
    ];
  }
}

/** Of sockets that were there; that none comes is for the state's time-out to say. */
function silenceOf({ feed: { connections } }: Watched): string {
  const isAway = connections.every(
    ({ connected, heardSeconds }) => !connected && heardSeconds !== null && heardSeconds > AWAY_SECONDS,
  );
  return isAway && connections.length > 0 ? `no socket is connected for over ${AWAY_SECONDS} s` : '';
}

function stepsOf(session: Watched | undefined): SessionStatus['steps'] {
  if (!session) return { medianMs: null, p99Ms: null, slow: 0 };
  const [medianMs, p99Ms] = [0.5, 0.99].map((share) => {
    const quantile = session.steps.quantile(share);
    return Number.isNaN(quantile) ? null : Math.round(quantile * 1000) / 1000;
  });
  return { medianMs, p99Ms, slow: session.steps.slow };
}

/** The values of those secrets only that a text names: each may cost somebody a password. */
function named(text: string, references: PaperConfig['secrets']): Promise<Secrets> {
  return readSecrets(Object.fromEntries(Object.entries(references).filter(([name]) => text.includes(`\${${name}}`))));
}
