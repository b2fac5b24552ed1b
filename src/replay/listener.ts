import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { portError } from '../tape/errors.ts';

export interface Listener {
  readonly server: WebSocketServer;
  readonly url: string;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Any path and any headers are accepted: a client of the exchange signs its requests, and we have nothing to guard. */
export async function listen(port: number, host: string): Promise<Listener> {
  const server = new WebSocketServer({ port, host, perMessageDeflate: false });
  await once(server, 'listening').catch((error: unknown) => {
    throw portError(error, host, port, '--port');
  });
  return {
    server,
    url: `ws://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
