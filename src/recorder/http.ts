import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { portError } from '../tape/errors.ts';
import type { Metrics } from './metrics.ts';

export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  /** Asked for as `Authorization: Bearer ..` or `?token=..`; needed wherever other machines can reach the port. */
  readonly token?: string;
}

/** What is told over HTTP, and what may be done. */
export interface Site<Status> {
  /** HTML; its style and script are written into it. */
  readonly page: string;
  readonly metrics: Metrics<Status>;
  status(): Status;
  /** In one line; 503 when it is not well. */
  health(): { readonly isWell: boolean; readonly line: string };
  /** Gets each socket that was opened on /live. */
  readonly live?: (socket: WebSocket) => void;
  /** What POST does with its JSON ({} where there is none), and then says, by path; only where there is a token. */
  readonly actions?: Readonly<Record<string, (request: unknown) => string>>;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Of a request, and of a message on a socket: people say little. */
const BYTES_MOST = 4096;

/** What GET answers. */
const PAGES: readonly string[] = ['/', '/health', '/status', '/metrics'];

/** An answer other than 200. */
export class Refusal extends Error {
  readonly code: number;
  /** The method that would have been right. */
  readonly allow: string | undefined;

  constructor(code: number, text: string, allow?: string) {
    super(text);
    this.code = code;
    this.allow = allow;
  }
}

/** Throws for an address that other machines can reach, where nothing keeps them out. */
export function checkHost(host: string, token: string | undefined): void {
  if (LOOPBACK.has(host) || token !== undefined) return;
  throw new Error(`http.host ${host} can be reached by others: set http.token, or use 127.0.0.1`);
}

/** /health, /status, /metrics and a page for people; with a token, also what a site lets be done. */
export class StatusServer<Status> {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: BYTES_MOST });
  readonly #site: Site<Status>;
  readonly #token: string | undefined;
  readonly #policy: string;

  private constructor(site: Site<Status>, token: string | undefined) {
    this.#site = site;
    this.#token = token;
    this.#policy = policyOf(site.page);
    this.#server = createServer((request, response) => void this.#handle(request, response));
    if (site.live) this.#server.on('upgrade', (request, wire, head) => this.#open(request, wire, head));
  }

  static async start<Status>({ host, port, token }: HttpOptions, site: Site<Status>): Promise<StatusServer<Status>> {
    checkHost(host, token);
    const started = new StatusServer(site, token);
    const server = started.#server.listen(port, host);
    await once(server, 'listening').catch((error: unknown) => {
      throw new Error(`http: ${portError(error, host, port, 'http.port').message}`);
    });
    return started;
  }

  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    try {
      await this.#answer(request, response);
    } catch (error) {
      const { code, allow } = error instanceof Refusal ? error : { code: 500, allow: undefined };
      if (allow !== undefined) response.setHeader('allow', allow);
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      // What was not read of a long request must not be taken for the next one.
      response.writeHead(code, { connection: 'close' }).end(`${(error as Error).message}\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const site = this.#site;
    const { pathname } = addressOf(request);
    const method = PAGES.includes(pathname) ? 'GET' : this.#actions.includes(pathname) ? 'POST' : undefined;
    if (method !== undefined && request.method !== method) {
      throw new Refusal(405, `${pathname} takes ${method}, not ${request.method}; ${this.#paths}`, method);
    }
    if (!this.#isAllowed(request)) {
      throw new Refusal(401, 'a token is needed: "Authorization: Bearer ..", or ?token=..');
    }
    if (method === undefined) throw new Refusal(404, `there is no ${pathname}; ${this.#paths}`);
    if (method === 'POST') {
      if (this.#token === undefined) throw new Refusal(403, `${pathname} needs a token: set http.token`);
      response.end(`${site.actions?.[pathname](await bodyOf(request))}\n`);
      return;
    }
    switch (pathname) {
      case '/health': {
        const { isWell, line } = site.health();
        response.writeHead(isWell ? 200 : 503).end(`${line}\n`);
        return;
      }
      case '/status':
        response.setHeader('content-type', 'application/json; charset=utf-8');
        response.end(`${JSON.stringify(site.status())}\n`);
        return;
      case '/metrics':
        response.setHeader('content-type', site.metrics.contentType);
        response.end(await site.metrics.text(site.status()));
        return;
      default:
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.setHeader('content-security-policy', this.#policy);
        response.end(site.page);
    }
  }

  get #actions(): readonly string[] {
    return Object.keys(this.#site.actions ?? {});
  }

  /** All that there is, in a line. */
  get #paths(): string {
    const posts = this.#actions.length > 0 ? [`POST ${this.#actions.join(', ')}`] : [];
    const live = this.#site.live ? ['a WebSocket on /live'] : [];
    return `there are ${[`GET ${PAGES.join(', ')}`, ...posts, ...live].join('; ')}`;
  }

  #open(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    wire.on('error', () => wire.destroy());
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      wire.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, wire, head, (socket) => this.#site.live?.(socket));
  }

  #refusalOf(request: IncomingMessage): string | undefined {
    const { origin, host } = request.headers;
    if (addressOf(request).pathname !== '/live') return '404 Not Found';
    if (!this.#isAllowed(request)) return '401 Unauthorized';
    // A browser lets any page open a socket to this machine; it says which page it was.
    const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
    return isOwn ? undefined : '403 Forbidden';
  }

  #isAllowed(request: IncomingMessage): boolean {
    if (this.#token === undefined) return true;
    const asked = addressOf(request).searchParams.get('token');
    const given = request.headers.authorization?.replace(/^Bearer /i, '') ?? asked ?? '';
    const [one, other] = [Buffer.from(given), Buffer.from(this.#token)];
    return one.length === other.length && timingSafeEqual(one, other);
  }
}

function addressOf(request: IncomingMessage): URL {
  const path = request.url ?? '/';
  const base = 'http://localhost';
  return new URL(URL.canParse(path, base) ? path : '/not-an-address', base);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BYTES_MOST) throw new Refusal(413, `more than ${BYTES_MOST} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, 'not JSON; write {"reason": ".."}, or nothing');
  }
}

/** Lets a page use its own style and script, and ask this server; nothing else. */
function policyOf(page: string): string {
  const hashes = (tag: string) =>
    [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
      .map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
      .join(' ');
  return [
    "default-src 'none'",
    `style-src ${hashes('style')}`,
    `script-src ${hashes('script')}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
