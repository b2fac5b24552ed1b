import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gauge, Registry } from 'prom-client';
import type { RecorderStatus } from './health.ts';
import { statusPage } from './status-page.ts';

export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  /** Asked for as `Authorization: Bearer ..` or `?token=..`; needed wherever other machines can reach the port. */
  readonly token?: string;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** What a recorder tells over HTTP: /health, /status, /metrics, and a page for people. Read only. */
export class StatusServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(options: HttpOptions, status: () => RecorderStatus): Promise<StatusServer> {
    const { host, port, token } = options;
    if (!LOOPBACK.has(host) && token === undefined) {
      throw new Error(`http.host ${host} can be reached by others: set http.token, or use 127.0.0.1`);
    }
    const metrics = metricsOf(status);
    const server = createServer(async (request, response) => {
      response.setHeader('cache-control', 'no-store');
      response.setHeader('x-content-type-options', 'nosniff');
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      if (request.method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end('only GET\n');
      if (token !== undefined && !hasToken(request, token)) return response.writeHead(401).end('a token is needed\n');
      switch (pathname) {
        case '/health': {
          const { trouble } = status();
          return response.writeHead(trouble === '' ? 200 : 503).end(`${trouble || 'ok'}\n`);
        }
        case '/status':
          response.setHeader('content-type', 'application/json; charset=utf-8');
          return response.end(`${JSON.stringify(status())}\n`);
        case '/metrics':
          response.setHeader('content-type', metrics.contentType);
          return response.end(await metrics.metrics());
        case '/':
          response.setHeader('content-type', 'text/html; charset=utf-8');
          response.setHeader(
            'content-security-policy',
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
          );
          return response.end(statusPage);
        default:
          return response.writeHead(404).end('there are /, /health, /status and /metrics\n');
      }
    });
    server.listen(port, host);
    await once(server, 'listening').catch((error: Error) => {
      throw new Error(`http: ${error.message}`);
    });
    return new StatusServer(server);
  }

  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token');
  const given = request.headers.authorization?.replace(/^Bearer /i, '') ?? asked ?? '';
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Prometheus gauges; totals are gauges too, because they are read, not counted here. */
function metricsOf(status: () => RecorderStatus): Registry {
  const registry = new Registry();
  const gauges: readonly (readonly [string, string, (now: RecorderStatus) => number])[] = [
    ['frames', 'Frames on the tape', ({ frames }) => frames],
    ['frames_per_second', 'Frames a second over the last ten seconds', ({ framesPerSecond }) => framesPerSecond],
    ['raw_bytes', 'Bytes of payload on the tape, before compression', ({ rawBytes }) => rawBytes],
    ['disk_bytes', 'Bytes of the tape on the disk', ({ diskBytes }) => diskBytes],
    ['disk_free_bytes', 'Room on the disk of the tape', ({ diskFreeBytes }) => diskFreeBytes ?? Number.NaN],
    ['gaps', "Holes in the venue's numbering", ({ gaps }) => gaps],
    ['reconnects', 'Times that a connection was opened again', ({ reconnects }) => reconnects],
    ['lag_seconds', "How late the recorder's own timers ran", ({ lagMs }) => lagMs / 1000],
    [
      'venue_lag_seconds',
      "Arrival less the venue's own times",
      ({ venueLagMs }) => (venueLagMs === null ? Number.NaN : venueLagMs / 1000),
    ],
    ['last_frame_seconds', 'Age of the last frame', ({ lastFrameSeconds }) => lastFrameSeconds ?? Number.NaN],
    [
      'connected',
      'Connections that are open',
      ({ connections }) => connections.filter(({ connected }) => connected).length,
    ],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      name: `truetape_recorder_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value(status()));
      },
    });
  }
  return registry;
}
