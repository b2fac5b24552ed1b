import { z } from 'zod';

const limit = z.number().nonnegative().nullable();

/** What is above `warn` is told, what is above `fail` fails the tape; null = never. */
const both = (warn: number | null, fail: number | null) => ({ warn: limit.default(warn), fail: limit.default(fail) });

const limits = (warn: number | null, fail: number | null, text: string) =>
  z.strictObject(both(warn, fail)).prefault({}).describe(text);

/** Limits of all checks, with their defaults. docs/check.md gives the reasons. */
export const checkSettingsSchema = z.strictObject({
  tornTail: limits(0, null, 'bytes behind the last whole frame of the log'),
  headerFacts: limits(0, 0, 'instruments whose facts in the header do not make sense'),
  undecodable: limits(
    0,
    0.01,
    'share of frames that could not be decoded: malformed, refused, or of a feed without decoder',
  ),
  unknownTypes: limits(0, 0.1, 'share of frames of a type that the decoder does not know'),
  unapplied: limits(0, 0.01, 'share of frames that were understood and of no use: what they build on is missing'),
  gaps: limits(0, null, 'disconnections and gaps that the recorder noted'),
  inDoubt: limits(0.001, 0.05, "share of a market's time in which its book or trades may lack something"),
  silence: limits(60, 3600, 'seconds without any event on the whole tape'),
  sequenceHoles: limits(0, 0.0001, 'share of frames before which messages are missing or that contradict the book'),
  arrivalOrder: limits(0, 0, 'frames that arrived before the frame ahead of them'),
  heldArrival: limits(1, 10, "seconds of the venue's time that passed while the arrival stamp stood still"),
  clockSkew: limits(0.25, 5, 'seconds of the median distance between arrival and exchange time, either way'),
  earlyArrival: limits(0.001, null, 'share of frames that arrived before the exchange says it sent them'),
  clockJump: limits(0.25, 2, 'seconds by which the distance between the clocks changed from one 10 s to the next'),
  lagSpread: limits(0.25, 2, "seconds between the lowest and the highest of the markets' median lags"),
  lagOutliers: z
    .strictObject({ ...both(0.01, 0.1), seconds: z.number().positive().default(1).describe('how far is far, seconds') })
    .prefault({})
    .describe("share of frames whose lag is far from the tape's median"),
  crossedTime: limits(0.0001, 0.01, "share of a complete book's time in which it was crossed or locked"),
  crossedLongest: limits(1, 60, 'seconds for which a complete book stayed crossed or locked'),
  staleBook: limits(300, 3600, 'seconds for which the book of an open market stood still while others moved'),
  priceJumps: z
    .strictObject({
      ...both(0, 0.001),
      times: z
        .number()
        .positive()
        .default(5)
        .describe("a jump is this many times the 99th percentile of the market's moves"),
    })
    .prefault({})
    .describe('share of the moves of a mid that are jumps'),
  badTrades: limits(0, 0, 'trades without a size, or at a price that the contract cannot have'),
  shrinkingVolume: limits(0, 0.01, "share of the venue's volume statistics that are negative or below the one before"),
  volumeMismatch: limits(0.01, 0.1, "distance of the sum of trades from the venue's volume, as a share of it"),
  missingBars: limits(0, 0.1, "share of a market's grid of bars that is not there"),
});

/** All limits, resolved. */
export type CheckSettings = z.infer<typeof checkSettingsSchema>;
export type CheckSettingsInput = z.input<typeof checkSettingsSchema>;
/** The hashes of segments have no limits: a tape with a damaged one cannot be read at all. */
export type CheckName = keyof CheckSettings | 'segments';
