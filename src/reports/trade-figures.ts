/** Figures of round trips, markets and activity, by key. */
import { type Analysis, orderTotals } from './analysis.ts';
import { settledBinaryLots, settledCost } from './capital.ts';
import { excursionsOf } from './excursions.ts';
import { byEvents, rateByEvents } from './intervals.ts';
import { feesOfGrossProfit, feesPerUnit, fillRateByOrder, fillRateBySize, makerShare } from './metrics/activity.ts';
import { meanDuration, medianDuration, weightedDuration } from './metrics/durations.ts';
import type { Trip } from './metrics/lots.ts';
import { estimate, exact, missing } from './metrics/metric.ts';
import { average, total } from './metrics/moments.ts';
import { concentration, topShare, withoutBest } from './metrics/portfolio.ts';
import {
  averageLoss,
  averageWin,
  breakEvenRate,
  expectancy,
  expectancyInRisk,
  kellyFraction,
  longestStreak,
  payoffRatio,
  profitFactor,
  tStatistic,
  winRate,
  winRateBySize,
  winRateOfAll,
} from './metrics/trades.ts';
import { decimalToNumber, exactAmount } from './numbers.ts';
import { orderCounts } from './order-rates.ts';
import { tickSizes } from './tick-size.ts';

/** Those that won or lost. */
const decided = <T extends { readonly net: bigint }>(bets: readonly T[]): T[] => bets.filter(({ net }) => net !== 0n);

export function tradeFigures({ data, matched, markets }: Analysis) {
  const closed = matched.trips.filter(({ closedAt }) => closedAt !== null);
  const net = closed.map((trip) => exactAmount(trip.net));
  const gross = closed.map((trip) => exactAmount(trip.lots.reduce((sum, lot) => sum + lot.gross, 0n)));
  const resolved = markets.filter(({ held }) => held === 0n);
  const settled = settledBinaryLots({ data, matched });
  const breakEven = breakEvenRate(settled.map((lot) => settledCost(lot, data)));
  const settledRate = winRateBySize(settled);
  const closedSize = matched.lots.reduce((sum, { size }) => sum + size, 0n);
  const closedNet = matched.lots.reduce((sum, lot) => sum + lot.net, 0n);
  const closedGross = matched.lots.reduce((sum, lot) => sum + lot.gross, 0n);
  const perUnit = (sum: bigint) =>
    closedSize > 0n
      ? estimate(exactAmount(sum) / decimalToNumber(closedSize), matched.lots.length)
      : missing('no_trades');
  return {
    'trades.count': exact(closed.length, matched.trips.length),
    'winRate.trip': rateByEvents(winRate(net), 'winRate.trip', decided(closed), data),
    'winRate.tripAll': winRateOfAll(net),
    'winRate.contract': byEvents(
      winRateBySize(matched.lots),
      'winRate.contract',
      decided(matched.lots),
      (lot) => [lot.net > 0n ? decimalToNumber(lot.size) : 0, decimalToNumber(lot.size)],
      data,
    ),
    'winRate.market':
      markets.length > 0 && resolved.length === 0
        ? missing('unresolved', markets.length)
        : rateByEvents(
            winRate(resolved.map((market) => exactAmount(market.net))),
            'winRate.market',
            decided(resolved),
            data,
          ),
    'winRate.breakEven': breakEven,
    'winRate.excess':
      breakEven.value === null || settledRate.value === null
        ? missing('not_applicable', settled.length)
        : estimate(settledRate.value - breakEven.value, settled.length),
    'pnl.profitFactor': byEvents(
      profitFactor(net),
      'pnl.profitFactor',
      closed,
      (trip) => [Math.max(0, exactAmount(trip.net)), Math.max(0, -exactAmount(trip.net))],
      data,
    ),
    'pnl.avgWin': averageWin(net),
    'pnl.avgLoss': averageLoss(net),
    'pnl.payoff': payoffRatio(net),
    'pnl.expectancy': byEvents(expectancy(net), 'pnl.expectancy', closed, (trip) => [exactAmount(trip.net), 1], data),
    'pnl.expectancyR': expectancyInRisk(net),
    'pnl.tStat': tStatistic(net),
    'kelly.trades': kellyFraction(net),
    'edge.realisedGross': perUnit(closedGross),
    'pnl.expectancyGross': expectancy(gross),
    'pnl.profitFactorGross': profitFactor(gross),
    'winRate.tripGross': winRate(gross),
    'edge.realised': byEvents(
      perUnit(closedNet),
      'edge.realised',
      matched.lots,
      (lot) => [exactAmount(lot.net), decimalToNumber(lot.size)],
      data,
    ),
  };
}

export function tripFigures(analysis: Analysis) {
  const { data, matched } = analysis;
  const closed = matched.trips.filter(({ closedAt }) => closedAt !== null);
  const durations = closed.map(({ openedAt, closedAt }) => (closedAt ?? openedAt) - openedAt);
  const net = closed.map((trip) => exactAmount(trip.net));
  const excursions = excursionsOf(analysis);
  const kept = excursions.flatMap(({ efficiency }) => (efficiency === null ? [] : [efficiency]));
  const scaleOf = tripScale(data);
  const scales = excursions.map((excursion) => ({ ...excursion, ...scaleOf(excursion.trip) }));
  const mean = (values: readonly number[]) =>
    values.length === 0 ? missing('no_trades') : estimate(average(values), values.length);
  const ofCost = (parts: readonly number[]) => mean(parts.filter(Number.isFinite));
  return {
    'trades.durationMean': meanDuration(durations),
    'trades.durationMedian': medianDuration(durations),
    'trades.durationLots': weightedDuration(
      matched.lots.map(({ entry, exit, size }) => ({
        size: decimalToNumber(size),
        duration: data.fills[exit].at - data.fills[entry].at,
      })),
    ),
    'trades.maxConsecutiveWins': longestStreak(net, 1),
    'trades.maxConsecutiveLosses': longestStreak(net, -1),
    'trades.topShare': net.length === 0 ? missing('no_trades') : topShare(net, 1),
    'trades.maeMean': mean(excursions.map(({ adverse }) => adverse)),
    'trades.mfeMean': mean(excursions.map(({ favourable }) => favourable)),
    'trades.efficiency': kept.length === 0 && net.length > 0 ? missing('no_wins', net.length) : mean(kept),
    'trades.maeTicks': mean(scales.map(({ adverse, perTick }) => adverse / perTick)),
    'trades.mfeTicks': mean(scales.map(({ favourable, perTick }) => favourable / perTick)),
    'trades.maeOfCost': ofCost(scales.map(({ adverse, cost }) => adverse / cost)),
    'trades.mfeOfCost': ofCost(scales.map(({ favourable, cost }) => favourable / cost)),
    'trades.giveBackMean': mean(excursions.map(({ giveBack }) => giveBack)),
    'pnl.exTop1': net.length === 0 ? missing('no_trades') : withoutBest(net, 1),
    'pnl.exTop5': net.length === 0 ? missing('no_trades') : withoutBest(net, 5),
  };
}

/** What one tick was worth to a trip at its largest, and what its entries cost, in money. */
function tripScale({ fills, manifest }: Analysis['data']) {
  const instruments = new Map(manifest.instruments.map((instrument) => [instrument.id, instrument]));
  const tickOf = tickSizes(manifest);
  return ({ instrument, maxSize, lots }: Trip) => {
    const { multiplier = 1 } = instruments.get(instrument) ?? {};
    const entries = lots.map(({ entry, size }) => decimalToNumber(fills[entry].price) * decimalToNumber(size));
    return {
      // Where the trip began.
      perTick: (tickOf(instrument, Number(fills[lots[0].entry].price)) / 1e8) * decimalToNumber(maxSize) * multiplier,
      cost: total(entries) * multiplier,
    };
  };
}

export function marketFigures({ markets }: Analysis) {
  const net = markets.map((market) => exactAmount(market.net));
  return { 'hhi.pnl': concentration(net), 'topShare.1': topShare(net, 1), 'topShare.5': topShare(net, 5) };
}

export function activityFigures({ data, fees, netPnl }: Analysis) {
  const trades = data.fills.filter(({ settlement }) => !settlement);
  const sizeOf = (fills: typeof trades) => decimalToNumber(fills.reduce((sum, { size }) => sum + size, 0n));
  const traded = sizeOf(trades);
  const paid = exactAmount(fees);
  const multipliers = new Map(data.manifest.instruments.map(({ id, multiplier }) => [id, multiplier]));
  const notionalOf = (fills: typeof trades) =>
    total(
      fills.map(
        ({ instrument, price, size }) =>
          decimalToNumber(price) * decimalToNumber(size) * (multipliers.get(instrument) ?? 1),
      ),
    );
  const notional = notionalOf(trades);
  const makers = trades.filter(({ liquidity }) => liquidity === 'maker');
  const orders = orderCounts(orderTotals(data.orders));
  return {
    'fees.perContract': feesPerUnit(paid, traded, trades.length),
    'fees.ofGrossProfit': feesOfGrossProfit(paid, exactAmount(netPnl + fees), trades.length),
    'share.maker': makerShare(sizeOf(makers), traded, trades.length),
    'share.makerNotional': makerShare(notionalOf(makers), notional, trades.length),
    'share.makerFees':
      paid > 0
        ? exact(exactAmount(makers.reduce((sum, { fee }) => sum + fee, 0n)) / paid, trades.length)
        : missing(trades.length === 0 ? 'no_trades' : 'nonpositive_denominator', trades.length),
    'fees.ofNotional': notional > 0 ? exact(paid / notional, trades.length) : missing('no_trades', trades.length),
    'fill.rateQty': fillRateBySize(orders),
    'fill.rateOrder': fillRateByOrder(orders),
  };
}
