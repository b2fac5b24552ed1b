/** Every vector of section 13 of the metrics reference that concerns what is implemented: values computed twice. */
import { describe, expect, it } from 'vitest';
import { feesOfGrossProfit, feesPerUnit, fillRateByOrder, fillRateBySize } from '../../src/reports/metrics/activity.ts';
import {
  drawdownOf,
  drawdownTimes,
  longestDrawdown,
  painIndex,
  recoveryRatio,
  ulcerIndex,
} from '../../src/reports/metrics/drawdown.ts';
import type { Metric, ReasonCode } from '../../src/reports/metrics/metric.ts';
import { momentsOf } from '../../src/reports/metrics/moments.ts';
import { normalCdf, normalQuantile } from '../../src/reports/metrics/normal.ts';
import {
  autocorrelation,
  calmar,
  downsideDeviation,
  ratePerSession,
  sharpe,
  sharpePerSession,
  sortino,
  volatility,
} from '../../src/reports/metrics/ratios.ts';
import {
  annualisedReturn,
  compoundGrowth,
  meanReturn,
  sessionReturns,
  totalReturn,
} from '../../src/reports/metrics/returns.ts';
import { expectedShortfall, valueAtRisk } from '../../src/reports/metrics/tail.ts';
import {
  averageLoss,
  averageWin,
  expectancy,
  expectancyInRisk,
  kellyFraction,
  payoffRatio,
  profitFactor,
  tStatistic,
  winRate,
  winRateOfAll,
} from '../../src/reports/metrics/trades.ts';
import {
  fromSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  wilsonInterval,
} from '../../src/reports/metrics/uncertainty.ts';

/** Relative 1e-12. */
function close(actual: number | null | undefined, wanted: number): void {
  expect(actual).toBeTypeOf('number');
  expect(Math.abs((actual as number) - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted));
}

function undefinedFor(metric: Metric, reason: ReasonCode): void {
  expect(metric.value).toBeNull();
  expect(metric.reason).toBe(reason);
}

const equityOf = (returns: readonly number[], start = 100_000): number[] => {
  const equity = [start];
  for (const value of returns) equity.push(equity[equity.length - 1] * (1 + value));
  return equity;
};

const v1 = [0.01, -0.005, 0.015, 0, -0.02, 0.03, -0.01, 0.005, 0.01, -0.015];
const v1Drawdown = drawdownOf(equityOf(v1));
const v2 = [12, -8, 5, -3.5, 0, 20, -10, 7.5];
const v7 = [1000, 1100, 990, 1045, 1100, 1210, 1089, 1150, 1000, 1180];
const v7Times = [...v7.keys()];

describe('V1, ten daily returns', () => {
  const vectors: Record<string, [number | null, number]> = {
    totalReturn: [totalReturn(v1).value, 0.019137208321430066],
    mean: [meanReturn(v1).value, 0.0019999999999999996],
    sd1: [momentsOf(v1).deviation, 0.015129074290546956],
    vol252: [volatility(v1, 252).value, 0.2401666088364492],
    vol365: [volatility(v1, 365).value, 0.28904055847656474],
    sharpeRaw: [sharpePerSession(v1).value, 0.13219579477176951],
    sharpe252: [sharpe(v1, 252).value, 2.0985431840078084],
    sharpe365: [sharpe(v1, 365).value, 2.525597112902022],
    rfPer252: [ratePerSession(0.05, 252), 0.00019363050654397362],
    sharpe252_rf5: [sharpe(v1, 252, ratePerSession(0.05, 252)).value, 1.8953721941458908],
    annReturn252: [annualisedReturn(v1, 252).value, 0.612363568991652],
    annReturn365: [annualisedReturn(v1, 365).value, 0.9975240185753445],
    cagr14d: [compoundGrowth(v1, 14 / 365.25).value, 0.6397746258501336],
    downDev: [downsideDeviation(v1).value, 0.008660254037844387],
    sortino252: [sortino(v1, 252).value, 3.6660605559646715],
    sortino365: [sortino(v1, 365).value, 4.412104562073145],
    maxDD: [v1Drawdown.maxFraction.value, -0.020000000000000018],
    calmar252: [calmar(v1, 252, v1Drawdown.maxFraction).value, 30.618178449582572],
    ulcer: [ulcerIndex(v1Drawdown).value, 0.00880626197657098],
    pain: [painIndex(v1Drawdown).value, 0.005504999999999993],
    var5: [valueAtRisk(v1, 0.05).value, 0.01775],
    var10: [valueAtRisk(v1, 0.1).value, 0.0155],
    var25: [valueAtRisk(v1, 0.25).value, 0.00875],
    es5: [expectedShortfall(v1, 0.05).value, 0.02],
    es10: [expectedShortfall(v1, 0.1).value, 0.02],
    es25: [expectedShortfall(v1, 0.25).value, 0.016],
    skew: [momentsOf(v1).skew, 0.255694251846827],
    kurt: [momentsOf(v1).kurtosis, 2.3386275803563024],
    psr0: [fromSharpe(v1, (estimated) => probabilisticSharpe(estimated, 0)).value, 0.6562497320177525],
    psrAnn1: [
      fromSharpe(v1, (estimated) => probabilisticSharpe(estimated, 1 / Math.sqrt(252))).value,
      0.5833882215780074,
    ],
    minTRL: [fromSharpe(v1, (estimated) => minimumTrackRecord(estimated, 0)).value, 151.4895519390458],
    ac1: [autocorrelation(v1).value, -0.5966019417475729],
  };
  for (const [name, [actual, wanted]] of Object.entries(vectors)) {
    it(`V-ALL ${name}`, () => close(actual, wanted));
  }

  it('V-ALL maxDDusd, to the precision of floats of equity', () => {
    expect(v1Drawdown.maxMoney.value).toBeCloseTo(-2040.0485000000044, 8);
  });

  it('ten sessions are very_low', () => {
    expect(sharpe(v1, 252)).toMatchObject({ n: 10, reliability: 'very_low' });
  });

  it('a flat session stays in the sample: leaving it out would inflate the Sharpe ratio', () => {
    close(
      sharpe(
        v1.filter((value) => value !== 0),
        252,
      ).value,
      2.200736977297206,
    );
  });

  it('on 14 calendar days of which four are closed', () => {
    close(sharpe([...v1, 0, 0, 0, 0], 365).value, 2.162146351959237);
  });

  it('equity gives the returns back', () => {
    for (const [i, value] of sessionReturns(equityOf(v1)).entries()) expect(value).toBeCloseTo(v1[i], 14);
  });
});

describe('published values', () => {
  const monthly = { n: 24, sharpe: 0.458, skew: -2.448, kurtosis: 10.164 };

  it('V-ALL psrPaper', () => close(probabilisticSharpe(monthly, 0).value, 0.913361083860933));
  it('V-ALL psrPaperNorm', () =>
    close(probabilisticSharpe({ ...monthly, skew: 0, kurtosis: 3 }, 0).value, 0.9816749190910771));
  it('V-ALL mtrlDaily2v1yrs: sessions to tell an annual Sharpe of 2 from one of 1', () => {
    const daily = { n: 1000, sharpe: 2 / Math.sqrt(252), skew: 0, kurtosis: 3 };
    close((minimumTrackRecord(daily, 1 / Math.sqrt(252)).value as number) / 252, 2.7309842751596634);
  });
  it('kurtosis is raw, not excess: the trap of other libraries', () => {
    const normal = { n: 50, sharpe: 0.5, skew: 0, kurtosis: 3 };
    close(probabilisticSharpe(normal, 0.25).value, 0.950519922990297);
  });
  it('varNorm5 rests on the 5 % quantile', () => {
    const { mean, deviation } = momentsOf(v1);
    close(-(mean + normalQuantile(0.05) * deviation), 0.022885112719224443);
  });
  it('the normal distribution to all digits (values of mpmath)', () => {
    close(normalCdf(1), 0.8413447460685429);
    close(normalCdf(-3), 0.0013498980316300946);
    close(normalCdf(-6), 9.865876450376981e-10);
    close(normalQuantile(0.975), 1.959963984540054);
    close(normalQuantile(1e-9), -5.9978070150076865);
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(-40)).toBe(0);
    expect(normalCdf(40)).toBe(1);
  });
});

describe('V2, eight trips', () => {
  const vectors: Record<string, [number | null, number]> = {
    'winRate.trip': [winRate(v2).value, 4 / 7],
    'winRate.tripAll': [winRateOfAll(v2).value, 1 / 2],
    'pnl.profitFactor (pf)': [profitFactor(v2).value, 2.0697674418604652],
    'pnl.avgWin': [averageWin(v2).value, 11.125],
    'pnl.avgLoss': [averageLoss(v2).value, 21.5 / 3],
    'pnl.payoff': [payoffRatio(v2).value, 11.125 / (21.5 / 3)],
    'pnl.expectancy': [expectancy(v2).value, 2.875],
    'pnl.expectancyR': [expectancyInRisk(v2).value, 2.875 / (21.5 / 3)],
    'pnl.tStat (tstat)': [tStatistic(v2).value, 0.7933730279737479],
    'kelly.trades (kelly)': [kellyFraction(v2).value, 0.29534510433386835],
    'sqnSd, the deviation under the t-statistic': [momentsOf(v2).deviation, 10.249564450676498],
  };
  for (const [name, [actual, wanted]] of Object.entries(vectors)) it(name, () => close(actual, wanted));

  it('as printed', () => {
    expect(payoffRatio(v2).value).toBeCloseTo(1.552326, 6);
    expect(expectancyInRisk(v2).value).toBeCloseTo(0.401163, 6);
  });
});

describe('V7, ten points of equity', () => {
  const drawdown = drawdownOf(v7);
  const deepest = drawdownTimes(drawdown.deepest, v7Times);
  const costliest = drawdownTimes(drawdown.costliest, v7Times);

  it('maxPct and maxMoney', () => {
    close(drawdown.maxFraction.value, 1000 / 1210 - 1);
    expect(drawdown.maxFraction.value).toBeCloseTo(-0.173553719, 9);
    expect(drawdown.maxMoney.value).toBe(-210);
  });
  it('the deepest: peak t5, trough t8, not recovered, three to the trough, four so far', () => {
    expect(deepest.start.value).toBe(5);
    expect(deepest.trough.value).toBe(8);
    undefinedFor(deepest.recovery, 'not_recovered');
    undefinedFor(deepest.recoveryTime, 'not_recovered');
    expect(deepest.toTrough.value).toBe(3);
    expect(deepest.duration.value).toBe(4);
    expect(costliest).toEqual(deepest);
  });
  it('the first: -10 %, -110, one to the trough, two to recover, three in all', () => {
    const [first] = drawdown.episodes;
    close(drawdown.fractions[first.trough], -0.1);
    expect(v7[first.trough] - v7[first.peak]).toBe(-110);
    const times = drawdownTimes(first, v7Times);
    expect([times.toTrough.value, times.recoveryTime.value, times.duration.value]).toEqual([1, 2, 3]);
  });
  it('longest, current, average', () => {
    expect(longestDrawdown(drawdown.episodes, v7Times).value).toBe(4);
    close(drawdown.current.value, 1180 / 1210 - 1);
    expect(drawdown.current.value).toBeCloseTo(-0.024793388, 9);
    close(drawdown.averageFraction.value, (-0.1 + (1000 / 1210 - 1)) / 2);
    expect(drawdown.averageFraction.value).toBeCloseTo(-0.13677686, 9);
  });
  it('recovery ratio', () => close(recoveryRatio(180, drawdown).value, 180 / 210));
  it('the deepest need not be the costliest', () => {
    const { deepest, costliest } = drawdownOf([100, 50, 1000, 900]);
    expect(deepest).toMatchObject({ peak: 0, trough: 1, recovery: 2 });
    expect(costliest).toMatchObject({ peak: 2, trough: 3, recovery: -1 });
  });
});

describe('Wilson intervals', () => {
  const vectors: [number, number, number, number][] = [
    [8, 10, 0.4901624715366418, 0.9433178485456248],
    [4, 8, 0.21521606221387757, 0.7847839377861224],
    [0, 5, 0, 0.43448246478317476],
    [5, 5, 0.5655175352168251, 1],
    [57, 100, 0.47215389549212305, 0.6626670147588988],
  ];
  for (const [hits, n, low, high] of vectors) {
    it(`V-ALL wilson_${hits}_${n}`, () => {
      const [below, above] = wilsonInterval(hits, n) as [number, number];
      close(below, low);
      close(above, high);
    });
  }
  it('of nothing there is none', () => expect(wilsonInterval(0, 0)).toBeUndefined());
});

describe('edge vectors', () => {
  it('no returns: all null, no_data', () => {
    for (const metric of [
      totalReturn([]),
      annualisedReturn([], 365),
      compoundGrowth([], 1),
      meanReturn([]),
      volatility([], 365),
      sharpe([], 365),
      downsideDeviation([]),
      sortino([], 365),
      calmar([], 365, drawdownOf([]).maxFraction),
      autocorrelation([]),
      valueAtRisk([], 0.05),
      expectedShortfall([], 0.05),
      fromSharpe([], (estimated) => probabilisticSharpe(estimated, 0)),
      drawdownOf([]).maxFraction,
      drawdownOf([]).maxMoney,
      drawdownOf([]).current,
      ulcerIndex(drawdownOf([])),
      painIndex(drawdownOf([])),
      longestDrawdown([], []),
    ]) {
      undefinedFor(metric, 'no_data');
    }
  });

  it('one return: total 0.01, volatility and Sharpe null', () => {
    close(totalReturn([0.01]).value, 0.01);
    undefinedFor(volatility([0.01], 252), 'insufficient_data');
    undefinedFor(sharpe([0.01], 252), 'insufficient_data');
    undefinedFor(sortino([0.01], 252), 'insufficient_data');
    expect(ulcerIndex(drawdownOf(equityOf([0.01]))).value).toBe(0);
  });

  it('equal returns: zero variance, no losses, no drawdown', () => {
    const returns = [0.1, 0.1, 0.1];
    undefinedFor(sharpe(returns, 252), 'zero_variance');
    undefinedFor(sortino(returns, 252), 'no_losses');
    undefinedFor(autocorrelation(returns), 'zero_variance');
    const drawdown = drawdownOf(equityOf(returns));
    expect(drawdown.maxFraction.value).toBe(0);
    expect(drawdown.maxMoney.value).toBe(0);
    undefinedFor(drawdown.averageFraction, 'no_drawdown');
    undefinedFor(recoveryRatio(1, drawdown), 'no_drawdown');
    undefinedFor(longestDrawdown(drawdown.episodes, [0, 1, 2, 3]), 'no_drawdown');
    undefinedFor(drawdownTimes(drawdown.deepest, [0, 1, 2, 3]).start, 'no_drawdown');
    undefinedFor(calmar(returns, 252, drawdown.maxFraction), 'no_drawdown');
  });

  it('nothing happened: total 0, Sharpe and win rates null', () => {
    expect(totalReturn([0, 0, 0]).value).toBe(0);
    undefinedFor(sharpe([0, 0, 0], 252), 'zero_variance');
    undefinedFor(winRate([]), 'no_trades');
    undefinedFor(winRateOfAll([]), 'no_trades');
  });

  it('a wipe-out: no total, drawdown -1, and no return after it', () => {
    undefinedFor(totalReturn([-1, 0.5]), 'nonpositive_equity');
    undefinedFor(annualisedReturn([-1, 0.5], 252), 'nonpositive_equity');
    undefinedFor(compoundGrowth([-1, 0.5], 1), 'nonpositive_equity');
    expect(drawdownOf(equityOf([-1, 0.5])).maxFraction.value).toBe(-1);
    expect(sessionReturns([100, -20, 50])).toEqual([-1.2]);
  });

  it('a first loss counts in the drawdown', () => {
    close(drawdownOf(equityOf([-0.1, 0.05])).maxFraction.value, -0.1);
  });

  it('a peak that is not above zero: money only', () => {
    const drawdown = drawdownOf([0, -5]);
    undefinedFor(drawdown.maxFraction, 'nonpositive_equity');
    expect(drawdown.maxMoney.value).toBe(-5);
  });

  it('trips without a loss', () => {
    undefinedFor(profitFactor([5, 5]), 'no_losses');
    const rate = winRate([5, 5]);
    expect(rate.value).toBe(1);
    expect(rate.interval?.[0]).toBeCloseTo(0.34238, 6);
    undefinedFor(payoffRatio([5, 5]), 'no_losses');
    undefinedFor(expectancyInRisk([5, 5]), 'no_losses');
    undefinedFor(kellyFraction([5, 5]), 'no_losses');
    undefinedFor(tStatistic([5, 5]), 'zero_variance');
  });

  it('trips without a win', () => {
    expect(profitFactor([-5]).value).toBe(0);
    undefinedFor(averageWin([-5]), 'no_wins');
    undefinedFor(kellyFraction([-5]), 'no_wins');
    undefinedFor(tStatistic([-5]), 'insufficient_data');
  });

  it('flat trips', () => {
    undefinedFor(winRate([0, 0]), 'no_trades');
    expect(winRateOfAll([0, 0]).value).toBe(0);
    undefinedFor(profitFactor([0, 0]), 'no_losses');
  });

  it('a year made of one good minute overflows, and is no figure', () => {
    undefinedFor(compoundGrowth([0.5], 1 / 525_960), 'insufficient_data');
  });
});

describe('fees and fill rates', () => {
  const orders = { sent: 10, accepted: 8, filled: 4, submittedSize: 100, rejectedSize: 20, filledSize: 30 };

  it('rates', () => {
    expect(fillRateBySize(orders).value).toBe(0.375);
    expect(fillRateByOrder(orders)).toMatchObject({ value: 0.5, n: 8 });
    expect(fillRateByOrder(orders).interval).toEqual(wilsonInterval(4, 8));
  });
  it('without orders', () => {
    const none = { sent: 0, accepted: 0, filled: 0, submittedSize: 0, rejectedSize: 0, filledSize: 0 };
    undefinedFor(fillRateBySize(none), 'no_data');
    undefinedFor(fillRateByOrder(none), 'no_data');
    undefinedFor(fillRateByOrder({ ...none, sent: 3, submittedSize: 3, rejectedSize: 3 }), 'not_applicable');
  });
  it('fees', () => {
    expect(feesPerUnit(2, 100, 5).value).toBe(0.02);
    expect(feesOfGrossProfit(2, 8, 5).value).toBe(0.25);
    undefinedFor(feesOfGrossProfit(2, -8, 5), 'nonpositive_denominator');
    undefinedFor(feesPerUnit(0, 0, 0), 'no_trades');
  });
});
