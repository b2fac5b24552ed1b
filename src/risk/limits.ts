/** What the risk gate is told to hold orders to, as it stands in a config. Everything left out is not limited. */
import { z } from 'zod';
import { amountSchema } from '../market/amount.ts';
import { isZone } from './zone.ts';

const contracts = z.number().nonnegative();
const percent = z.number().positive().max(100);
const count = z.int().nonnegative();
const money = amountSchema.optional();

export const riskSchema = z.strictObject({
  orderSize: contracts.optional().describe('most of one order, contracts or shares'),
  position: contracts.optional().describe('most of one instrument, long or short, open orders included'),
  groupPosition: contracts.optional().describe('most of all instruments of a group (an event, a city) together'),
  totalPosition: contracts.optional().describe('most of all instruments together'),
  openOrders: count.optional().describe('most orders at the venue at a time'),
  groupContracts: contracts
    .optional()
    .describe('most that an order group may fill before it is made anew, open orders included'),
  orderNotional: money.describe('most that one order may cost, dollars'),
  totalNotional: money.describe('most that all positions are worth, and open orders may add, dollars'),
  priceCollar: z
    .number()
    .nonnegative()
    .optional()
    .describe('how far beyond the mid an order may trade, in units of price (0.05 is 5 cents)'),
  priceCollarPercent: percent.optional().describe('the same, as a share of the mid'),
  minimumCash: money.describe('cash that has to be left when all open orders have filled, dollars'),
  dailyLoss: money.describe('loss since midnight that ends the day, dollars'),
  dailyLossPercent: percent.optional().describe('the same, as a share of the equity at midnight'),
  onDailyLoss: z
    .enum(['halt', 'flatten'])
    .optional()
    .describe('what happens then: orders are cancelled (halt, if left out), and positions closed too'),
  softDrawdownPercent: percent
    .optional()
    .describe('fall of the equity from its highest at which nothing but reducing orders are taken'),
  hardDrawdownPercent: percent.optional().describe('the same, at which positions are closed and trading halts'),
  orderRate: z
    .strictObject({
      perMinute: z.int().positive().describe('orders a minute in the long run'),
      burst: z.int().positive().describe('orders at once'),
    })
    .optional(),
  coolDownSeconds: z.number().nonnegative().optional().describe('pause of an instrument after each of its fills'),
  tradesPerDay: count.optional().describe('most orders of one instrument and day that enlarge a position'),
  hours: z
    .array(
      z
        .string()
        .regex(
          /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
          'must be a time of day such as 09:30-16:00',
        ),
    )
    .optional()
    .describe('times of the day, in the zone, at which positions may grow: a list such as [09:30-15:00]'),
  zone: z
    .string()
    .refine(isZone, 'must be a time zone such as America/New_York')
    .optional()
    .describe('where hours are told, and where the day begins at midnight; UTC if left out'),
  minimumConfidence: z.number().min(0).max(1).optional().describe('least confidence of the decision behind an order'),
  staleSeconds: z.number().positive().optional().describe('silence of a market after which it takes no orders'),
  gap: z.boolean().optional().describe('whether a market takes no orders while its book has a gap'),
});

export type RiskLimits = z.infer<typeof riskSchema>;

/** Limits out of what should be some; or what is wrong with it. */
export function readLimits(given: unknown): RiskLimits | string {
  const { data, error } = riskSchema.safeParse(given);
  if (error === undefined) return data;
  const [{ path, message }] = error.issues;
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}

/** What differs, for the journal: "orderSize 10 -> 5". */
export function describeChange(before: RiskLimits, after: RiskLimits): string {
  const names = Object.keys(riskSchema.shape) as (keyof RiskLimits)[];
  const text = (limits: RiskLimits, name: keyof RiskLimits) => JSON.stringify(limits[name]) ?? 'none';
  const changed = names.filter((name) => text(before, name) !== text(after, name));
  return changed.map((name) => `${name} ${text(before, name)} -> ${text(after, name)}`).join(', ') || 'as before';
}
