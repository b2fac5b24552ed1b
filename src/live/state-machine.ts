export const sessionStates = [
  'STARTUP',
  'INITIALIZING',
  'ORDERBOOK_CONNECT',
  'READY',
  'ACTING',
  'ERROR',
  'SHUTDOWN',
] as const;
export type SessionState = (typeof sessionStates)[number];

interface StateRule {
  /** How long it may last; Infinity: for ever. */
  readonly seconds: number;
  readonly next: readonly SessionState[];
}

/**
 * STARTUP: reading secrets and settings · INITIALIZING: what is on the tape is played again · ORDERBOOK_CONNECT: until a
 * socket has been heard · READY: trading · ACTING: a request about an order is on its way, and the venue has not answered
 * it · ERROR: a critical part does not work · SHUTDOWN: closing the tape and the run.
 *
 * Brokers put their own states (connecting the trading client, taking over orders and positions) between
 * ORDERBOOK_CONNECT and READY: a row for each here, and in `Monitor` what it waits for.
 */
const rules: Readonly<Record<SessionState, StateRule>> = {
  STARTUP: { seconds: 30, next: ['INITIALIZING', 'ERROR', 'SHUTDOWN'] },
  INITIALIZING: { seconds: 60, next: ['ORDERBOOK_CONNECT', 'ERROR', 'SHUTDOWN'] },
  ORDERBOOK_CONNECT: { seconds: 120, next: ['READY', 'ERROR', 'SHUTDOWN'] },
  READY: { seconds: Number.POSITIVE_INFINITY, next: ['ACTING', 'ERROR', 'SHUTDOWN'] },
  ACTING: { seconds: 60, next: ['READY', 'ERROR', 'SHUTDOWN'] },
  ERROR: { seconds: 300, next: ['READY', 'ORDERBOOK_CONNECT', 'SHUTDOWN'] },
  SHUTDOWN: { seconds: 30, next: [] },
};

const HISTORY_MOST = 100;

export interface Transition {
  readonly from: SessionState;
  readonly to: SessionState;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
  /** There and back again and again is one entry each way: this is the last time of so many. */
  readonly times: number;
}

/** Where a session stands. It only says so: nothing is decided by it. */
export class StateMachine {
  state: SessionState = 'STARTUP';
  reason = '';
  /** Oldest first. */
  readonly history: Transition[] = [];
  /** Milliseconds since 1970. */
  readonly #now: () => number;
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** In this state. */
  get seconds(): number {
    return (this.#now() - this.#since) / 1000;
  }

  /** Which state it came from. */
  get from(): SessionState | undefined {
    return this.history.at(-1)?.from;
  }

  /** Why the state has lasted too long; undefined if it has not. */
  get overdue(): string | undefined {
    const { seconds } = rules[this.state];
    return this.seconds > seconds ? `${this.state} for more than ${seconds} s` : undefined;
  }

  to(state: SessionState, reason: string): void {
    const from = this.state;
    if (!rules[from].next.includes(state)) throw new Error(`a session cannot go from ${from} to ${state}: ${reason}`);
    const at = this.#now();
    const again = this.history.at(-2);
    const isAgain = again?.from === from && again.to === state && again.reason === reason;
    if (isAgain) this.history.splice(-2, 1);
    this.history.push({
      from,
      to: state,
      reason,
      at: new Date(at).toISOString(),
      times: isAgain ? again.times + 1 : 1,
    });
    if (this.history.length > HISTORY_MOST) this.history.shift();
    this.state = state;
    this.reason = reason;
    this.#since = at;
  }
}
