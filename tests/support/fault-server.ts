/** A Kalshi on loopback that does whatever a venue and a network can do to a recorder, drawn from a seed. */
import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { Rng } from '../../src/market/rng.ts';
import { FaultConnection, type MessageFault, messageFaults } from './fault-connection.ts';
import { KalshiWalk } from './kalshi-walk.ts';

export const faults = [
  ...messageFaults,
  'cut',
  'reset',
  'close',
  'half-open',
  'compression',
  'clock jump',
  'refused auth',
  'rate limit of handshakes',
  'rate limit of commands',
  'ended subscription',
  'slow handshake',
  'name lookup',
] as const;
export type Fault = (typeof faults)[number];

const HOUR_MS = 3_600_000;
/** A quiet step or two between faults, so that some of them meet a healed client and some do not. */
const STEPS_PER_FAULT = 3;
/** Rounds in which a client that is left in peace must have healed everything. */
const ROUNDS_MOST = 20;

export class FaultServer {
  readonly walk: KalshiWalk;
  readonly connections: FaultConnection[] = [];
  /** Changes and trades that happened while no client was there to be told. */
  unheard = 0;
  /** Handshakes and lookups that were refused. */
  refused = 0;
  readonly #rng: Rng;
  readonly #http: Server = createServer();
  readonly #plain = new WebSocketServer({ noServer: true });
  readonly #deflating = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
  #compresses = false;
  #handshakeMs = 0;
  /** Handshakes to come that are answered with this status. */
  #status = 0;
  #refusals = 0;
  #failingLookups = 0;

  private constructor(seed: string) {
    this.#rng = new Rng(seed);
    this.walk = new KalshiWalk(this.#rng.split('markets'), ['KXA-1', 'KXB-1', 'KXC-1']);
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      void this.#shakeHands(request, socket, head);
    });
  }

  static async start(seed: string): Promise<FaultServer> {
    const server = new FaultServer(seed);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  /** Under a name that only `lookup` knows. */
  get url(): string {
    return `ws://venue.test:${(this.#http.address() as AddressInfo).port}`;
  }

  /** In place of `dns.lookup`. */
  readonly lookup = ((
    name: string,
    options: { all?: boolean },
    answer: (error: Error | null, ...address: unknown[]) => void,
  ) => {
    if (this.#failingLookups > 0) {
      this.#failingLookups--;
      this.refused++;
      answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
    } else if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
    else answer(null, '127.0.0.1', 4);
  }) as unknown as typeof lookup;

  /** Trades, with `count` faults of these kinds; then in peace, until the client asks for nothing more. */
  async run(kinds: readonly Fault[], count: number): Promise<void> {
    for (let step = 0; step < count * STEPS_PER_FAULT; step++) {
      const connection = await this.#client();
      this.#trade();
      if (step % STEPS_PER_FAULT === 0) await this.#strike(kinds[this.#rng.below(kinds.length)], connection);
      this.#trade();
      await connection.settled();
    }
    await this.#endInPeace();
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.terminate();
    this.#http.close();
    await once(this.#http, 'close');
  }

  /** Resolves with a connection whose client has subscribed. */
  async #client(): Promise<FaultConnection> {
    for (;;) {
      const connection = this.connections.at(-1);
      if (connection?.isReady) return connection;
      await sleep(1);
    }
  }

  #trade(): void {
    const isHeard = this.connections.at(-1)?.isReady;
    for (let left = 1 + this.#rng.below(6); left > 0; left--) {
      this.walk.step();
      if (!isHeard) this.unheard++;
    }
  }

  async #endInPeace(): Promise<void> {
    for (let round = 0; round < ROUNDS_MOST; round++) {
      const connection = await this.#client();
      const { commands } = connection;
      // Whoever missed the last message of a subscription learns it from the next one.
      for (const ticker of this.walk.tickers) {
        this.walk.change(ticker);
        this.walk.trade(ticker);
      }
      await connection.settled();
      if (connection.isReady && connection.commands === commands) return;
    }
    throw new Error(`the client still asks for something after ${ROUNDS_MOST} rounds`);
  }

  async #strike(fault: Fault, connection: FaultConnection): Promise<void> {
    const some = 1 + this.#rng.below(3);
    switch (fault) {
      case 'reset':
        return connection.reset();
      case 'close':
        return connection.close(this.#rng.below(2) === 0 ? 1012 : 1001, 'restarting');
      case 'half-open':
        return connection.freeze();
      case 'clock jump':
        this.walk.clockShift = (this.#rng.below(49) - 24) * HOUR_MS;
        return;
      case 'ended subscription':
        return connection.endBooks(this.#rng.below(2) === 0 ? 10 : 25);
      case 'rate limit of commands':
        connection.refusals = some;
        return connection.arm('missing');
      case 'compression':
        this.#compresses = !this.#compresses;
        break;
      case 'slow handshake':
        this.#handshakeMs = 20 * some;
        break;
      case 'refused auth':
      case 'rate limit of handshakes':
        this.#status = fault === 'refused auth' ? 401 : 429;
        this.#refusals = some;
        break;
      case 'name lookup':
        this.#failingLookups = some;
        break;
      case 'cut':
        break;
      default:
        return connection.arm(fault satisfies MessageFault);
    }
    await connection.cut();
  }

  async #shakeHands(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    if (this.#refusals > 0) {
      this.#refusals--;
      this.refused++;
      socket.end(`HTTP/1.1 ${this.#status} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    await sleep(this.#handshakeMs);
    this.#handshakeMs = 0;
    this.connections.at(-1)?.terminate();
    const server = this.#compresses ? this.#deflating : this.#plain;
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const rng = this.#rng.split(`connection ${this.connections.length + 1}`);
      this.connections.push(new FaultConnection(webSocket, socket, this.walk, rng));
    });
  }
}
