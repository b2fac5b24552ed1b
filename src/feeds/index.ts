/** All feeds, by hand: what turns each one's frames into events. */
import type { Decoder, DecoderFactory } from '../market/frame.ts';
import type { Instrument, InstrumentFacts } from '../market/instrument.ts';
import { AlpacaDecoder } from './alpaca/decode.ts';
import { BinanceDecoder } from './binance/decode.ts';
import { perpetuals, spot } from './binance/instruments.ts';
import { CoinbaseDecoder } from './coinbase/decode.ts';
import { withControls } from './control.ts';
import { KalshiDecoder } from './kalshi/decode.ts';
import { kalshiInstrument } from './kalshi/instruments.ts';
import { KalshiVenue } from './kalshi/venue/venue.ts';
import { arbitrated, type LineConnection } from './line-arbitration.ts';
import { LobsterDecoder } from './lobster/decode.ts';
import { PolymarketDecoder } from './polymarket/decode.ts';
import { polymarketInstrument } from './polymarket/tokens.ts';
import type { VenueSocket } from './venue-socket.ts';

/** One decoder for the three sockets of a venue. */
const alpaca: DecoderFactory = { version: 'alpaca-2', create: (facts) => new AlpacaDecoder(facts) };

/** Raise a decoder's number when the same frames would give other events. */
const decoders: Readonly<Record<string, DecoderFactory>> = {
  kalshi: { version: 'kalshi-6', create: (facts) => new KalshiDecoder(facts) },
  binance: { version: 'binance-1', create: (facts) => new BinanceDecoder(spot, facts) },
  'binance-futures': { version: 'binance-futures-1', create: (facts) => new BinanceDecoder(perpetuals, facts) },
  coinbase: { version: 'coinbase-1', create: (facts) => new CoinbaseDecoder(facts) },
  polymarket: { version: 'polymarket-1', create: (facts) => new PolymarketDecoder(facts) },
  'alpaca-stocks': alpaca,
  'alpaca-options': alpaca,
  'alpaca-trading': alpaca,
  lobster: { version: 'lobster-2', tellsOrders: true, create: (facts) => new LobsterDecoder(facts) },
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

/** A recording as its header tells of it; without connections, one of a single line. */
interface Recorded {
  readonly feed: string;
  readonly connections?: readonly LineConnection[];
}

export function decoderFor({ feed, connections = [] }: Recorded): DecoderFactory {
  const factory = decoders[feed] ?? undecoded;
  const joined = connections.some(({ line }) => line) ? arbitrated(factory, connections) : factory;
  return withControls(joined);
}

/** The contract that a feed makes of known facts; only for feeds whose contracts follow from the symbol. */
export function instrumentOf(feed: string, facts: InstrumentFacts): Instrument {
  if (feed === 'kalshi') return kalshiInstrument(facts);
  if (feed === 'polymarket') return polymarketInstrument(facts.symbol, facts);
  throw new Error(`a settlement file is for binary contracts; ${feed} has none`);
}

export function hasDecoder(feed: string): boolean {
  return feed in decoders;
}

/** The exchange's end of the socket of a feed; only for feeds whose commands we can answer. */
export function createVenue(feed: string, facts: readonly InstrumentFacts[]): VenueSocket {
  if (feed === 'kalshi') return new KalshiVenue(facts);
  throw new Error(
    `a tape of ${feed} cannot be served as the venue, whose commands we do not know: serve it as recorded`,
  );
}
