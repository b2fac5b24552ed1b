import { z } from 'zod';
import { evenLadder, type TickLadder } from '../market/ticks.ts';
import { parseDecimal, parseTime } from '../market/units.ts';

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

export const recordConfigSchema = z.strictObject({
  tape: z.string().min(1).describe('folder of the new tape'),
  feed: z.string().min(1).describe('whose frames these are: kalshi, binance, or any name for one to be decoded later'),
  url: z.url({ protocol: /^wss?$/ }).describe('address of the socket'),
  channels: z.array(z.string()).default([]).describe('kalshi: channels to subscribe to'),
  markets: z.array(z.string()).default([]).describe('kalshi: market tickers to subscribe to'),
  messages: z.array(z.string()).default([]).describe('other feeds: texts to send after connecting'),
  instruments: factsSchema.default([]).describe('facts of instruments for the header'),
  timeLapse: z
    .strictObject({
      from: z.string().refine((text) => !Number.isNaN(parseTime(text)), 'must be a time such as 2026-05-13T18:08:18Z'),
      speed: z.number().positive(),
    })
    .optional()
    .describe('for a socket of `truetape serve --speed N`: stamps begin at `from` and run N times as fast'),
});

export type RecordConfig = z.infer<typeof recordConfigSchema>;
