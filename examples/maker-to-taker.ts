import { defineStrategy, priceFrom, sizeFrom, type Work, z } from 'truetape';

export default defineStrategy({
  name: 'maker_to_taker',
  description: 'Buys one size of YES on each market: rests at the bid, then crosses.',
  parameters: z.object({
    size: z.number().positive().default(20).describe('contracts per market'),
    limit: z.number().positive().default(0.6).describe('most to pay, dollars'),
    timeoutSeconds: z.number().nonnegative().default(60).describe('rests so long where nothing trades'),
    referenceVolume: z
      .number()
      .positive()
      .default(500)
      .describe('contracts traded in a minute that halve the time-out'),
    aggressiveness: z.number().min(0).max(1).default(0).describe('0 waits, 1 crosses at once'),
  }),
  create(desk, parameters) {
    const works = new Map<string, Work>();
    return {
      onBook({ instrument, bookComplete }) {
        if (instrument.kind !== 'binary' || !bookComplete || works.has(instrument.id)) return;
        const decision = desk.decide({ instrument: instrument.id, action: 'buy_yes', reason: 'first book' });
        const work = desk.work({
          instrument: instrument.id,
          side: 'buy',
          size: sizeFrom(instrument, parameters.size),
          limit: priceFrom(instrument, parameters.limit),
          timeout: parameters.timeoutSeconds * 1_000_000,
          referenceVolume: sizeFrom(instrument, parameters.referenceVolume),
          aggressiveness: parameters.aggressiveness,
          decision,
        });
        works.set(instrument.id, work);
      },
      onWork(work) {
        if (work.state === 'ended') desk.note(`${work.request.instrument}: ${work.filled} filled, ${work.reason}`);
      },
    };
  },
});
