/** All feeds, by hand: what turns each one's frames into events. */
import type { Decoder, DecoderFactory } from '../market/frame.ts';
import { KalshiDecoder } from './kalshi/decode.ts';

/** Raise a decoder's number when the same frames would give other events. */
const decoders: Readonly<Record<string, DecoderFactory>> = {
  kalshi: { version: 'kalshi-1', create: (facts) => new KalshiDecoder(facts) },
};

/** A feed that we can record but not read yet: its frames give no events, and are counted. */
const undecoded: DecoderFactory = {
  version: 'none',
  create: (): Decoder => {
    const problems = new Map<string, number>();
    return {
      instruments: [],
      problems,
      decode: () => {
        problems.set('no decoder for this feed', (problems.get('no decoder for this feed') ?? 0) + 1);
      },
    };
  },
};

export function decoderFor(feed: string): DecoderFactory {
  return decoders[feed] ?? undecoded;
}

export function hasDecoder(feed: string): boolean {
  return feed in decoders;
}
