import type { ConnectionReport } from '../recorder/health.ts';
import { StateMachine } from './state-machine.ts';

/** A part of a session. Without a critical one it is in ERROR; without another it goes on, degraded. */
export interface Part {
  readonly name: string;
  readonly isCritical: boolean;
  /** Empty when it works. */
  readonly trouble: string;
}

export interface MonitorOptions {
  readonly parts: () => readonly Part[];
  readonly connections: () => readonly ConnectionReport[];
  /** Number of the oldest request that the venue has not answered. */
  readonly unanswered: () => number | undefined;
  /** What is wrong, for people. */
  readonly onError: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Looks at the parts of a session now and then, and moves its state on. Only looks: nothing depends on it. */
export class Monitor {
  readonly machine: StateMachine;
  readonly #options: MonitorOptions;
  #isLive = false;
  /** The request that ACTING is about. */
  #acting: number | undefined;
  #toldOverdue: string | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.machine = new StateMachine(options.now);
  }

  initialize(): void {
    this.machine.to('INITIALIZING', 'the session starts');
  }

  /** However late: playing a long tape again may have been an error already. */
  goLive(): void {
    if (this.#isLive || this.machine.state === 'SHUTDOWN') return;
    this.#isLive = true;
    this.machine.to('ORDERBOOK_CONNECT', 'the state is there');
  }

  shutDown(reason: string): void {
    if (this.machine.state !== 'SHUTDOWN') this.machine.to('SHUTDOWN', reason);
  }

  /** In one line. */
  get health(): { readonly isWell: boolean; readonly line: string } {
    const { state, reason } = this.machine;
    const troubles = troublesOf(this.#options.parts());
    if (state !== 'READY' && state !== 'ACTING')
      return { isWell: false, line: `${state}: ${reason || 'not yet ready'}` };
    return { isWell: true, line: troubles === '' ? 'ok' : `degraded: ${troubles}` };
  }

  look(): void {
    const { machine } = this;
    const { state, overdue } = machine;
    const trouble = troublesOf(this.#options.parts().filter(({ isCritical }) => isCritical));
    if (state === 'ERROR' || state === 'SHUTDOWN') {
      if (overdue !== undefined) this.#tellOverdue(`${overdue}: ${machine.reason}`);
      if (state === 'ERROR' && trouble === '') this.#recover();
    } else if (trouble !== '' || overdue !== undefined) this.#fail(trouble || `${overdue}`);
    else this.#goOn();
  }

  #fail(reason: string): void {
    this.machine.to('ERROR', reason);
    this.#options.onError(`error: ${reason}`);
  }

  #goOn(): void {
    const { machine } = this;
    const unanswered = this.#options.unanswered();
    if (machine.state === 'ORDERBOOK_CONNECT' && this.#isHeard) machine.to('READY', 'the venue is heard');
    else if (machine.state === 'READY' && unanswered !== undefined) {
      this.#acting = unanswered;
      machine.to('ACTING', 'a request is on its way to the venue');
    } else if (machine.state === 'ACTING' && unanswered !== this.#acting) machine.to('READY', 'the venue has answered');
  }

  /** Before the session is live, it is the session that goes on, with `goLive`. */
  #recover(): void {
    const { machine } = this;
    if (!this.#isLive) return;
    const { from } = machine;
    const isStuck = from === 'ACTING' && this.#acting !== undefined && this.#options.unanswered() === this.#acting;
    if (isStuck) return;
    if (this.#isHeard) machine.to('READY', 'it works again');
    else if (from !== 'ORDERBOOK_CONNECT') machine.to('ORDERBOOK_CONNECT', 'it works again, the venue is not heard');
  }

  get #isHeard(): boolean {
    return this.#options.connections().some(({ connected, frames }) => connected && frames > 0);
  }

  #tellOverdue(text: string): void {
    if (text === this.#toldOverdue) return;
    this.#toldOverdue = text;
    this.#options.onError(text);
  }
}

function troublesOf(parts: readonly Part[]): string {
  return parts
    .filter(({ trouble }) => trouble !== '')
    .map(({ name, trouble }) => `${name}: ${trouble}`)
    .join('; ');
}
