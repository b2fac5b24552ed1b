import { z } from 'zod';
import { evenLadder, type TickLadder } from '../market/ticks.ts';
import { parseDecimal, parseTime } from '../market/units.ts';
import { secretReferenceSchema } from './secrets.ts';

const decimalText = z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal text such as "0.01"');

/**
 * Facts of instruments, as people write them and as a tape's header holds them. `tick` and `lot` are decimal texts in the
 * venue's own notation ("0.01000000"): their places are the decimals in which prices and sizes are counted. Times are
 * texts such as 2026-05-13T18:15:00Z. What else is given goes into the header as it stands.
 */
export const factsSchema = z.array(
  z
    .looseObject({
      symbol: z.string().min(1),
      tick: decimalText.optional(),
      lot: z.unknown().optional(),
      closesAt: z.unknown().optional(),
    })
    .transform(({ tick, lot, closesAt, ...facts }, context) => {
      const time = typeof closesAt === 'string' ? parseTime(closesAt) : closesAt;
      if (Number.isNaN(time)) context.addIssue(`${facts.symbol}: closesAt must be a time such as 2026-05-13T18:15:00Z`);
      return {
        ...facts,
        ...(tick !== undefined && { priceDecimals: placesOf(tick), ticks: ladderOf(tick) }),
        ...(typeof lot === 'string' && { sizeDecimals: placesOf(lot), lot: parseDecimal(lot, placesOf(lot)) }),
        ...(typeof lot === 'number' && { lot }),
        ...(time !== undefined && { closesAt: time }),
      };
    }),
);

function placesOf(text: string): number {
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
}

function ladderOf(tick: string): TickLadder {
  const step = parseDecimal(tick, placesOf(tick));
  return evenLadder(step, step, step * Math.floor(Number.MAX_SAFE_INTEGER / step));
}

const secretName = z
  .string()
  .regex(/^\$\{\w+\}$/, 'must name a secret that is listed under secrets (docs/record-overnight.md)');
const websocketUrl = z.url({ protocol: /^wss?$/ });

export const recordConfigSchema = z.strictObject({
  tape: z.string().min(1).describe('folder of the tape; one that is there is continued'),
  feed: z
    .string()
    .min(1)
    .describe(
      'kalshi, binance, coinbase, polymarket, alpaca-stocks, alpaca-options, alpaca-trading, or any other name',
    ),
  environment: z.enum(['production', 'demo']).default('production').describe("which of the venue's hosts"),
  url: websocketUrl
    .optional()
    .describe("address of the socket, instead of the feed's own; may name secrets (docs/record-overnight.md)"),
  channels: z.array(z.string()).default([]).describe("channels to subscribe to, in the venue's words"),
  markets: z.array(z.string()).default([]).describe('tickers, symbols or token ids to subscribe to'),
  discover: z
    .strictObject({
      series: z.array(z.string().min(1)).default([]).describe('series tickers'),
      categories: z
        .array(z.string().min(1))
        .default([])
        .describe("all series of these, in the venue's words; neither series nor categories: every market"),
      status: z
        .array(z.enum(['unopened', 'open']))
        .min(1)
        .default(['open'])
        .describe('open: markets are taken when they open; unopened: as soon as they are listed'),
      lifecycle: z
        .boolean()
        .default(false)
        .describe("markets are found as the venue's socket tells of them; the list is the sync"),
      everySeconds: z.number().min(1).default(60).describe('how often the list is asked for'),
      skipClosingMinutes: z.number().nonnegative().default(0).describe('markets that close sooner are left out'),
      most: z.int().positive().default(1000).describe('open markets at most; those that close first come first'),
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe("base address instead of the venue's own"),
    })
    .optional()
    .describe('kalshi: find markets over HTTP while recording'),
  connections: z.int().positive().max(100).default(1).describe('sockets among which the markets are shared out'),
  redundant: z
    .boolean()
    .default(false)
    .describe('twice as many sockets: each share on two lines, A and B, so that what one loses the other has'),
  messages: z
    .array(z.string())
    .default([])
    .describe('texts to send after connecting; may name secrets (docs/record-overnight.md)'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('headers of the handshake; may name secrets (docs/record-overnight.md)'),
  keepAlive: z
    .strictObject({ seconds: z.number().positive(), message: z.string() })
    .optional()
    .describe('other feeds: a text to send every so often'),
  secrets: z
    .record(z.string().regex(/^\w+$/), secretReferenceSchema)
    .default({})
    .describe('where to read secrets: {keyId: {file: ..}} or {exec: ..} or {env: ..}'),
  instruments: factsSchema.default([]).describe('facts of instruments for the header'),
  reconnect: z
    .strictObject({
      firstSeconds: z.number().positive().default(1),
      mostSeconds: z.number().positive().default(60),
      attempts: z.int().positive().default(Number.MAX_SAFE_INTEGER).describe('failures in a row after which to stop'),
    })
    .prefault({})
    .describe('waits between attempts to connect double from the first to the longest'),
  staleSeconds: z.number().positive().default(30).describe('a connection that says nothing for so long is closed'),
  fsyncSeconds: z.number().positive().default(1).describe('how often what is written is forced to the disk'),
  disk: z
    .strictObject({ leastFreeMegabytes: z.number().nonnegative().default(1000) })
    .prefault({})
    .describe('with less room on the disk of the tape, something is wrong: /health says so, and an alert'),
  retention: z
    .strictObject({
      days: z.number().positive().describe('segments whose last frame is older go'),
      moveTo: z.string().min(1).optional().describe('folder to move them to; without it they are deleted'),
    })
    .optional()
    .describe('what becomes of old segments, at the start and every hour; without it all are kept'),
  http: z
    .strictObject({
      port: z.int().min(0).max(65_535).describe('0 = any free one'),
      host: z.string().default('127.0.0.1'),
      token: secretName.optional(),
    })
    .optional()
    .describe('/health, /status, /metrics and a page'),
  alerts: z
    .strictObject({
      webhook: z.url({ protocol: /^https?$/ }).optional(),
      telegram: z.strictObject({ token: secretName, chat: z.string() }).optional(),
      disconnectSeconds: z.number().positive().default(60).describe('told when a connection is lost for so long'),
    })
    .optional()
    .describe('start, stop, gaps, long disconnects, a disk that fills up, and what fails are told'),
  timeLapse: z
    .strictObject({
      from: z.string().refine((text) => !Number.isNaN(parseTime(text)), 'must be a time such as 2026-05-13T18:08:18Z'),
      speed: z.number().positive(),
    })
    .optional()
    .describe('for a socket of `truetape serve --speed N`: stamps begin at `from` and run N times as fast'),
});

export type RecordConfig = z.infer<typeof recordConfigSchema>;
