import { z } from 'zod';
import { complement, notional, sizeFrom } from '../market/instrument.ts';
import type { MarketView } from '../market/market.ts';
import { defineStrategy } from '../market/strategy.ts';
import {
  formatDecimal,
  MICROS_PER_SECOND,
  type Micros,
  moneyToNumber,
  type Price,
  type Size,
} from '../market/units.ts';
import { buyNo, hasTaker, obstacle, spreadOf } from './buy-no.ts';

const parameters = z.object({
  minSize: z.number().nonnegative().default(500).describe('contracts of one trade that make a whale'),
  minNotional: z.number().nonnegative().default(500).describe('dollars paid for it, besides'),
  maxLeverage: z
    .number()
    .nonnegative()
    .default(2)
    .describe('fades trades that win at most so much per dollar paid: (1 - price) / price'),
  size: z.number().positive().default(10).describe('contracts of NO per whale'),
  maxPosition: z.number().positive().default(50).describe('contracts of NO per market'),
  maxSpread: z.number().nonnegative().default(0.1).describe('skips a market whose spread is wider, dollars'),
  cooldownSeconds: z.number().nonnegative().default(60).describe('seconds between two orders in a market'),
  inferredTrades: z
    .boolean()
    .default(false)
    .describe('looks at trades inferred from the volume too, for tapes without the trade channel'),
});

/**
 * System S2, experimental: a whale that pays much to win little is thought to be late, so that NO is bought against it. Each
 * trade is looked at by itself: a whale whose order meets several resting ones prints several trades.
 */
export const whaleFollower = defineStrategy({
  name: 'whale_follower',
  description:
    'Experimental: buys NO against large takers of YES who win little on what they pay; holds it to settlement.',
  parameters,
  create(desk, options) {
    const coolUntil = new Map<string, Micros>();

    function obstacleTo(market: MarketView, size: Size): string {
      const { instrument } = market;
      if (desk.now < (coolUntil.get(instrument.id) ?? 0)) return 'cooldown';
      if (desk.openOrders(instrument.id).length > 0) return 'order_open';
      if (size - desk.position(instrument.id) > sizeFrom(instrument, options.maxPosition)) return 'max_position';
      return obstacle(desk, market, options.maxSpread);
    }

    function fade(market: MarketView, price: Price, traded: Size, leverage: number): void {
      const { id, priceDecimals, sizeDecimals } = market.instrument;
      const size = sizeFrom(market.instrument, options.size);
      const why = obstacleTo(market, size);
      const spread = spreadOf(desk, market);
      const decision = desk.decide({
        instrument: id,
        action: why === '' ? 'buy_no' : 'skip',
        reason: why || 'whale of low leverage',
        features: {
          price: formatDecimal(price, priceDecimals),
          size: formatDecimal(traded, sizeDecimals),
          leverage: Math.round(leverage * 10_000) / 10_000,
          spread: Number.isNaN(spread) ? null : formatDecimal(spread, priceDecimals),
        },
      });
      if (why !== '') return;
      coolUntil.set(id, desk.now + options.cooldownSeconds * MICROS_PER_SECOND);
      buyNo(desk, market, size, 'fade', decision);
    }

    return {
      onTrade(market, event) {
        const { instrument } = market;
        const { side, price, size } = event;
        if (instrument.kind !== 'binary' || side <= 0 || !hasTaker(event, options.inferredTrades)) return;
        if (size < sizeFrom(instrument, options.minSize)) return;
        if (moneyToNumber(notional(instrument, price, size)) < options.minNotional) return;
        const leverage = complement(instrument, price) / price;
        if (leverage <= options.maxLeverage) fade(market, price, size, leverage);
      },
      onLifecycle(market) {
        if (market.status === 'settled') coolUntil.delete(market.instrument.id);
      },
    };
  },
});
