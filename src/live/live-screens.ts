import type { WebSocket } from 'ws';

const CLIENTS_MOST = 50;
/** Whoever takes longer for one message is gone. */
const STUCK_MS = 30_000;
const TRY_AGAIN_LATER = 1013;

interface Client {
  readonly socket: Pick<WebSocket, 'send' | 'terminate' | 'bufferedAmount'>;
  /** performance.now() when the message under way was begun; undefined: none is. */
  sendingSince: number | undefined;
  /** To be sent once the one under way is through: only ever the newest. */
  waiting: string | undefined;
}

/** Sockets of screens. Each has one message under way and the newest one waiting: a slow one skips, and none holds up another. */
export class LiveScreens {
  readonly #clients = new Set<Client>();

  get count(): number {
    return this.#clients.size;
  }

  /** What it says is not listened to. */
  add(socket: WebSocket): void {
    if (this.#clients.size >= CLIENTS_MOST) {
      socket.close(TRY_AGAIN_LATER, `${CLIENTS_MOST} screens are open already`);
      return;
    }
    const client: Client = { socket, sendingSince: undefined, waiting: undefined };
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('error', () => this.#drop(client));
  }

  publish(text: string): void {
    const now = performance.now();
    for (const client of this.#clients) {
      if (client.sendingSince === undefined && client.socket.bufferedAmount === 0) this.#send(client, text);
      else if (client.sendingSince !== undefined && now - client.sendingSince > STUCK_MS) this.#drop(client);
      else client.waiting = text;
    }
  }

  #send(client: Client, text: string): void {
    client.sendingSince = performance.now();
    client.waiting = undefined;
    try {
      client.socket.send(text, (error) => (error ? this.#drop(client) : this.#sent(client)));
    } catch {
      this.#drop(client);
    }
  }

  #sent(client: Client): void {
    client.sendingSince = undefined;
    if (client.waiting !== undefined && this.#clients.has(client)) this.#send(client, client.waiting);
  }

  #drop(client: Client): void {
    this.#clients.delete(client);
    client.socket.terminate();
  }
}
