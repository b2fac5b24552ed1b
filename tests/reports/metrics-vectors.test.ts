/** The vectors of the metrics reference about what is not a series of returns alone: V3 to V15, and what V-ALL has of them. */
import { describe, expect, it } from 'vitest';
import {
  automaticBlockLength,
  bootstrapInterval,
  clusterInterval,
  stationaryIndices,
} from '../../src/reports/metrics/bootstrap.ts';
import { drawdownOf, ulcerIndex } from '../../src/reports/metrics/drawdown.ts';
import { meanDuration, medianDuration, weightedDuration } from '../../src/reports/metrics/durations.ts';
import {
  beatClose,
  closingLineReturn,
  closingLineValue,
  expectedEdge,
  realisedEdge,
} from '../../src/reports/metrics/edge.ts';
import { excursionOf } from '../../src/reports/metrics/excursions.ts';
import {
  adverseMove,
  effectiveHalfSpread,
  type MarkedFill,
  markout,
  type OrderCost,
  shortfallOf,
  shortfallParts,
} from '../../src/reports/metrics/execution.ts';
import { exposureFigures, exposureSteps, timeInMarket, turnover } from '../../src/reports/metrics/exposure.ts';
import {
  brierParts,
  brierScore,
  brierSkill,
  calibrationCurve,
  clippedCount,
  equalCountBins,
  expectedCalibrationError,
  kellyBinary,
  logLoss,
  spiegelhalterZ,
} from '../../src/reports/metrics/forecasts.ts';
import { matchFills } from '../../src/reports/metrics/lots.ts';
import type { Metric, ReasonCode } from '../../src/reports/metrics/metric.ts';
import { average, momentsOf } from '../../src/reports/metrics/moments.ts';
import {
  deflatedSharpe,
  effectiveTrials,
  expectedMaximum,
  luckySharpe,
  overfitting,
} from '../../src/reports/metrics/overfitting.ts';
import {
  alpha,
  beta,
  concentration,
  correlation,
  diversification,
  effectiveNumber,
  informationRatio,
  topShare,
  trackingError,
  withoutBest,
} from '../../src/reports/metrics/portfolio.ts';
import {
  gainToPain,
  loFactor,
  marRatio,
  omega,
  sharpeLo,
  sharpePerSession,
  ulcerPerformance,
} from '../../src/reports/metrics/ratios.ts';
import { medianWait, quantilesOf, waitSurvival } from '../../src/reports/metrics/survival.ts';
import { normalValueAtRisk } from '../../src/reports/metrics/tail.ts';
import { longestStreak, winRate, winRateBySize } from '../../src/reports/metrics/trades.ts';
import { fromSharpe, newcombeInterval, sharpeError } from '../../src/reports/metrics/uncertainty.ts';
import { binary, fill, settlement } from './run-data.ts';

/** Relative 1e-12, of the values of V-ALL. */
function close(actual: number | null | undefined, wanted: number): void {
  expect(actual).toBeTypeOf('number');
  expect(Math.abs((actual as number) - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted));
}

function undefinedFor(metric: Metric, reason: ReasonCode): void {
  expect(metric).toMatchObject({ value: null, reason });
}

const v1 = [0.01, -0.005, 0.015, 0, -0.02, 0.03, -0.01, 0.005, 0.01, -0.015];

describe('V1, what follows from returns', () => {
  it('V-ALL omega, varNorm5, srSE', () => {
    close(omega(v1).value, 1.3999999999999997);
    close(normalValueAtRisk(v1, 0.05).value, 0.022885112719224443);
    close(fromSharpe(v1, sharpeError).value, 0.32864142365577015);
  });
  it('gain to pain is omega less 1', () => close(gainToPain(v1).value, 0.02 / 0.05));
  it('V-ALL lo252_02: a Sharpe ratio of returns with autocorrelation 0.2 for a year', () => {
    close(
      loFactor(
        Array.from({ length: 251 }, (_, i) => 0.2 ** (i + 1)),
        252,
      ),
      12.97221021364883,
    );
    close(loFactor([], 252), Math.sqrt(252));
  });
  it('the Lo ratio is below the plain one where returns follow each other, and there is none below 20', () => {
    const trending = Array.from({ length: 40 }, (_, i) => 0.001 + 0.01 * Math.sin(i / 3));
    const plain = (sharpePerSession(trending).value as number) * Math.sqrt(252);
    expect(sharpeLo(trending, 252).value).toBeLessThan(plain);
    undefinedFor(sharpeLo(v1, 252), 'insufficient_data');
    undefinedFor(sharpeLo(new Array(30).fill(0.1), 252), 'zero_variance');
  });
  it('MAR and ulcer performance need a drawdown', () => {
    const growth = { value: 0.5, n: 3 };
    close(marRatio(growth, { value: -0.1, n: 9 }).value, 5);
    close(ulcerPerformance(growth, { value: 0.05, n: 3 }).value, 10);
    undefinedFor(marRatio(growth, { value: 0, n: 9 }), 'no_drawdown');
    undefinedFor(ulcerPerformance(growth, ulcerIndex(drawdownOf([1, 2, 3]))), 'no_drawdown');
    undefinedFor(marRatio({ value: null, reason: 'nonpositive_equity', n: 2 }, growth), 'nonpositive_equity');
  });
  it('without losses or data there is none', () => {
    undefinedFor(omega([0.1, 0]), 'no_losses');
    undefinedFor(gainToPain([]), 'no_data');
    undefinedFor(normalValueAtRisk([0.1], 0.05), 'insufficient_data');
  });
});

describe('V3, one data set, three truths', () => {
  const fills = [
    fill(0, 'A', 1, 100, 40),
    fill(1, 'B', 1, 10, 30),
    fill(2, 'C', 1, 100, 90),
    fill(3, 'C', 1, 100, 90),
    fill(4, 'C', -1, 100, 95),
    settlement(5, 'A', 100, 100),
    settlement(6, 'B', 10, 0),
    settlement(7, 'C', 100, 0),
  ];
  const { lots, trips } = matchFills(fills, () => 1);
  const cents = (money: bigint) => Number(money / 10n ** 14n);

  it('lots: 6000, -300, 500, -9000 cents of a cost of 22300', () => {
    expect(lots.map(({ net }) => cents(net)).sort((a, b) => a - b)).toEqual([-9000, -300, 500, 6000]);
    expect(-2800 / 22_300).toBeCloseTo(-0.125561, 6);
  });
  it('win rate 2/4 by lot, 1/3 by trip and by market, 200/310 by contract', () => {
    expect(winRate(lots.map(({ net }) => cents(net))).value).toBe(0.5);
    close(winRate(trips.map(({ net }) => cents(net))).value, 1 / 3);
    close(winRateBySize(lots).value, 200 / 310);
  });
  it('edge per contract, gross and with 280 cents of fees', () => {
    const sized = lots.map(({ size, net }) => ({ size: Number(size) / 1e8, net: cents(net) }));
    expect(realisedEdge(sized).value).toBeCloseTo(-9.032258, 6);
    expect(realisedEdge([...sized, { size: 0, net: -280 }]).value).toBeCloseTo(-9.935484, 6);
    undefinedFor(realisedEdge([]), 'no_trades');
  });
  it('instruments of such data are binary', () => expect(binary('A').kind).toBe('binary'));
});

describe('V4, closing line', () => {
  const entries = [
    { side: 1, size: 100, entry: 0.4, close: 0.47 },
    { side: 1, size: 10, entry: 0.3, close: 0.26 },
    { side: 1, size: 200, entry: 0.9, close: 0.93 },
  ] as const;
  it('4.064516 cents, 5.650224 % of entry, better on 300 of 310', () => {
    expect((closingLineValue(entries).value as number) * 100).toBeCloseTo(4.064516, 6);
    expect((closingLineReturn(entries).value as number) * 100).toBeCloseTo(5.650224, 6);
    close(beatClose(entries).value, 300 / 310);
  });
  it('expected and realised edge', () => {
    const chances = [0.5, 0.35, 0.94];
    const expected = entries.map(({ size, entry }, i) => ({ size, cost: entry, probability: chances[i] }));
    expect((expectedEdge(expected).value as number) * 100).toBeCloseTo(5.967742, 6);
    const outcomes = [1, 0, 0];
    const lots = entries.map(({ size, entry }, i) => ({ size, net: size * (outcomes[i] - entry) }));
    expect((realisedEdge(lots).value as number) * 100).toBeCloseTo(-39.677419, 6);
  });
  it('a sale gains when the close is below, of what a sold contract can lose', () => {
    const sale = [{ side: -1, size: 10, entry: 0.6, close: 0.5 }] as const;
    close(closingLineValue(sale).value, 0.1);
    close(closingLineReturn(sale).value, 0.25);
    undefinedFor(closingLineValue([]), 'no_data');
  });
});

describe('V5, six forecasts', () => {
  const said = [0.9, 0.8, 0.7, 0.3, 0.6, 0.2];
  const market = [0.8, 0.75, 0.55, 0.4, 0.5, 0.35];
  const came = [1, 1, 0, 0, 1, 0];
  const bins = [
    [3, 5],
    [0, 1, 2, 4],
  ];
  const ours = brierScore(said, came);
  const parts = brierParts(said, came, bins);
  const vectors: Record<string, [number | null, number]> = {
    brier: [ours.value, 0.13833333333333334],
    brierMkt: [brierScore(market, came).value, 0.15625],
    bss: [brierSkill(ours, brierScore(market, came)).value, 0.1146666666666667],
    logloss: [logLoss(said, came).value, 0.4371868317194842],
    loglossMkt: [logLoss(market, came).value, 0.49068150673369204],
    rel: [parts.reliability.value, 0.020833333333333332],
    res: [parts.resolution.value, 0.125],
    unc: [parts.uncertainty.value, 0.25],
    wbv: [parts.withinVariance.value, 0.009166666666666668],
    wbc: [parts.withinCovariance.value, 1 / 60],
    spiegelhalterZ: [spiegelhalterZ(said, came).value, -0.48038446141526153],
  };
  for (const [name, [actual, wanted]] of Object.entries(vectors)) it(`V-ALL ${name}`, () => close(actual, wanted));

  it('the five parts add up to the score, whatever the bins', () => {
    for (const some of [bins, equalCountBins(said), [[0, 1, 2, 3, 4, 5]]]) {
      const { reliability, resolution, uncertainty, withinVariance, withinCovariance } = brierParts(said, came, some);
      const sum = [reliability, uncertainty, withinVariance].reduce((total, part) => total + (part.value as number), 0);
      close(sum - (resolution.value as number) - (withinCovariance.value as number), 0.13833333333333334);
    }
  });
  it('bins of equal count: ten, fewer below a hundred forecasts, never more than forecasts', () => {
    const sizes = (n: number) => equalCountBins(Array.from({ length: n }, (_, i) => i / n)).map((bin) => bin.length);
    expect(sizes(205)).toEqual([20, 21, 20, 21, 20, 21, 20, 21, 20, 21]);
    expect(sizes(35)).toHaveLength(3);
    expect(sizes(5)).toHaveLength(2);
    expect(sizes(1)).toEqual([1]);
    expect(sizes(0)).toEqual([]);
  });
  it('the curve tells mean forecast, frequency and its interval', () => {
    const curve = calibrationCurve(said, came, bins);
    expect(curve[1]).toMatchObject({ n: 4, from: 0.6, to: 0.9, probability: 0.75, rate: 0.75 });
    expect(curve[1].interval[0]).toBeLessThan(0.75);
    close(expectedCalibrationError(curve).value, (2 * 0.25) / 6);
  });
  it('forecasts of 0 and 1 are clipped, and counted', () => {
    expect(logLoss([0], [1]).value).toBeCloseTo(-Math.log(1e-6), 12);
    expect(clippedCount([0, 1, 0.5])).toBe(2);
  });
  it('of nothing: no_data; a market that was right: no skill to measure', () => {
    for (const metric of [brierScore([], []), logLoss([], []), spiegelhalterZ([], []), expectedCalibrationError([])]) {
      undefinedFor(metric, 'no_data');
    }
    undefinedFor(brierParts([], []).reliability, 'no_data');
    undefinedFor(brierSkill(ours, brierScore([1], [1])), 'nonpositive_denominator');
    undefinedFor(spiegelhalterZ([0.5, 0.5], [1, 0]), 'zero_variance');
  });
});

describe('V6, implementation shortfall', () => {
  const price = (value: number) => BigInt(Math.round(value * 1e8));
  const order: OrderCost = {
    ...{ side: 1, size: price(1000), filled: price(700), decisionMid: price(50), sentMid: price(50.02) },
    ...{ arrivalMid: price(50.04), arrivalTouch: price(50.05), paid: price(50.06) * price(700), finalMid: price(50.2) },
    fees: price(7) * price(1),
  };
  const money = (value: bigint) => Number(value) / 1e16;

  it('paper 200, actual 91, shortfall 109 = 14 + 14 + 7 + 7 + 7 + 60, of 50000 that is 21.8 basis points', () => {
    const result = shortfallOf(order);
    expect([result.paper, result.actual, result.shortfall].map(money)).toEqual([200, 91, 109]);
    expect(shortfallParts.map((part) => money(result[part]))).toEqual([14, 14, 7, 7, 7, 60]);
    expect((money(result.shortfall) / 50_000) * 1e4).toBeCloseTo(21.8, 12);
  });
  it('the parts add up to the last unit for any order', () => {
    for (const side of [1, -1] as const) {
      for (const filled of [0n, 1n, price(333.33333333), order.size]) {
        const result = shortfallOf({ ...order, side, filled, paid: 7n * filled + 13n, decisionMid: 3n });
        expect(shortfallParts.reduce((sum, part) => sum + result[part], 0n)).toBe(result.shortfall);
      }
    }
  });
});

describe('V8, markouts', () => {
  const mids = [
    { side: 1, size: 10, price: 45, mids: [45.5, 45, 44, 43.5] },
    { side: -1, size: 20, price: 52, mids: [51.5, 51.5, 51, 52.5] },
    { side: 1, size: 5, price: 60, mids: [60.5, 61, 62, 62] },
  ] as const;
  const at = (horizon: number): MarkedFill[] =>
    mids.map(({ side, size, price, mids }) => ({ side, size, price, mid: mids[0], later: mids[horizon] }));

  it('0.5, 0.428571, 0.571429, -0.428571', () => {
    expect(markout(at(0)).value).toBeCloseTo(0.5, 12);
    expect(markout(at(1)).value).toBeCloseTo(0.428571, 6);
    expect(markout(at(2)).value).toBeCloseTo(0.571429, 6);
    expect(markout(at(3)).value).toBeCloseTo(-0.428571, 6);
  });
  it('adverse 0.071429, -0.071429, 0.928571; half spread -0.5', () => {
    expect(adverseMove(at(1)).value).toBeCloseTo(0.071429, 6);
    expect(adverseMove(at(2)).value).toBeCloseTo(-0.071429, 6);
    expect(adverseMove(at(3)).value).toBeCloseTo(0.928571, 6);
    expect(effectiveHalfSpread(at(0)).value).toBeCloseTo(-0.5, 12);
  });
  it('markout = -half spread - adverse move', () => {
    for (const horizon of [0, 1, 2, 3]) {
      const fills = at(horizon);
      const wanted = -(effectiveHalfSpread(fills).value as number) - (adverseMove(fills).value as number);
      expect(markout(fills).value).toBeCloseTo(wanted, 12);
    }
    undefinedFor(markout([]), 'no_data');
  });
});

describe('V9, overfitting', () => {
  const rows = [
    [-1, 3, 2, 2],
    [0, -1, 3, -2],
    [0, -2, 1, 0],
    [2, 2, -1, -2],
    [-2, 0, 2, 0],
    [2, 3, 3, -2],
    [1, 1, 1, -1],
    [0, 1, 0, 2],
  ];
  const result = overfitting(rows, 4, average);

  it('chosen, ranks and logits of all six splits; 1/3', () => {
    expect(result.chosen).toEqual([2, 2, 2, 2, 0, 2]);
    expect(result.ranks).toEqual([4, 2, 4, 4, 2, 4]);
    for (const [i, wanted] of [1.386294, -0.405465, 1.386294, 1.386294, -0.405465, 1.386294].entries()) {
      expect(result.logits[i]).toBeCloseTo(wanted, 6);
    }
    close(result.probability.value, 0.3333333333333333);
  });
  it('is undefined for one configuration, or too few sessions', () => {
    undefinedFor(overfitting(rows.map(([first]) => [first])).probability, 'insufficient_data');
    undefinedFor(overfitting(rows, 8).probability, 'insufficient_data');
    undefinedFor(overfitting([]).probability, 'no_data');
  });
  it('a configuration without variance is never the best', () => {
    const flat = Array.from({ length: 16 }, (_, i) => [5, i % 3]);
    expect(new Set(overfitting(flat).chosen)).toEqual(new Set([1]));
  });
});

describe('V10, portfolio', () => {
  const a = [0.01, -0.02, 0.03, 0, 0.01];
  const b = [0.02, -0.01, 0.02, -0.01, 0];
  const markets = [500, -100, 300, 50, -50];

  it('V-ALL corr, beta, alpha, te, ir, per session', () => {
    close(correlation(a, b).value, 0.7985494095046906);
    close(beta(a, b).value, 0.9565217391304348);
    close(alpha(a, b, 1).value, 0.0021739130434782596);
    close(trackingError(a, b, 1).value, 0.010954451150103323);
    close(informationRatio(a, b, 1).value, 0.18257418583505533);
  });
  it('concentration, top share, diversification', () => {
    close(concentration([0.6, 0.3, 0.1]).value, 0.46);
    expect(effectiveNumber(concentration([0.6, 0.3, 0.1])).value).toBeCloseTo(2.173913, 6);
    close(topShare(markets, 1).value, 500 / 850);
    expect(withoutBest(markets, 1).value).toBe(200);
    expect(diversification([a, b], [0.5, 0.5]).value).toBeCloseTo(1.054039, 6);
  });
  it('edges', () => {
    undefinedFor(correlation([1, 2], [1, 2]), 'insufficient_data');
    undefinedFor(correlation([1, 1, 1], [1, 2, 3]), 'zero_variance');
    undefinedFor(beta([1, 2, 3], [1, 1, 1]), 'zero_variance');
    undefinedFor(informationRatio([1, 2, 3], [1, 2, 3], 252), 'zero_variance');
    undefinedFor(concentration([0, 0]), 'nonpositive_denominator');
    undefinedFor(topShare([-1], 1), 'no_wins');
    undefinedFor(withoutBest([], 1), 'no_data');
    expect(withoutBest([5, -1], 5).value).toBe(-1);
  });
});

describe('V11, excursions', () => {
  it('-200, 400, efficiency 0.625, 150 given back', () => {
    const path = [1.95, 1.8, 2.1, 2.4, 2.25].map((price) => Math.round((price - 2) * 1000));
    expect(excursionOf(path, 250)).toEqual({ adverse: -200, favourable: 400, efficiency: 0.625, giveBack: 150 });
  });
  it('a trip shorter than one mark has its result alone', () => {
    expect(excursionOf([], -5)).toEqual({ adverse: -5, favourable: 0, efficiency: null, giveBack: 5 });
  });
});

describe('V12, activity', () => {
  const steps = exposureSteps([
    { from: 60, to: 180, value: 6000 },
    { from: 150, to: 200, value: 4000 },
    { from: 300, to: 330, value: 3000 },
  ]);
  it('in the market 170/390, gross average 0.258974', () => {
    close(timeInMarket(steps, 390).value, 170 / 390);
    const figures = exposureFigures(steps, 390, () => 10_000);
    expect(figures.grossAverage.value).toBeCloseTo(0.258974, 6);
    expect(figures.grossMax.value).toBe(1);
    expect(figures.netAverage.value).toBe(figures.grossAverage.value);
  });
  it('turnover 2.592537: both sides count', () => {
    expect(turnover([6000, -6060, 4000, -3980, 3000, -3015], 10_050)).toBeCloseTo(2.592537, 6);
  });
  it('long and short do not cancel in gross, and do in net', () => {
    const hedged = exposureSteps([
      { from: 0, to: 10, value: 100 },
      { from: 0, to: 10, value: -100 },
    ]);
    const figures = exposureFigures(hedged, 10, () => 1000);
    expect([figures.grossAverage.value, figures.netAverage.value]).toEqual([0.2, 0]);
  });
  it('flat all the time is 0; without equity it is undefined', () => {
    expect(timeInMarket([], 10).value).toBe(0);
    expect(exposureFigures([], 10, () => 1).grossMax.value).toBe(0);
    undefinedFor(exposureFigures(steps, 390, () => 0).grossMax, 'nonpositive_equity');
    undefinedFor(timeInMarket([], 0), 'no_data');
  });
});

describe('V13, queue wait', () => {
  const waits = [
    { time: 8, filled: true },
    { time: 2, filled: true },
    { time: 3, filled: false },
    { time: 5, filled: true },
    { time: 7, filled: false },
  ];
  it('0.8 at 2, 0.533333 at 5, 0 at 8; median 8', () => {
    const steps = waitSurvival(waits);
    expect(steps.map(({ time }) => time)).toEqual([2, 5, 8]);
    close(steps[0].waiting, 0.8);
    close(steps[1].waiting, 0.8 * (2 / 3));
    expect(steps[2].waiting).toBe(0);
    expect(medianWait(waits).value).toBe(8);
  });
  it('where fewer than half were filled there is no median', () => {
    undefinedFor(medianWait([...waits.slice(1, 3), { time: 9, filled: false }]), 'insufficient_data');
    undefinedFor(medianWait([]), 'no_data');
  });
  it('quantiles', () => {
    expect(quantilesOf([3, 1, 2])).toEqual({ n: 3, p50: 2, p90: 2.8, p99: 2.98, max: 3 });
    expect(quantilesOf([])).toEqual({ n: 0, p50: null, p90: null, p99: null, max: null });
  });
});

describe('V14, Kelly of one binary bet', () => {
  it('0.111111, with 2 cents of fee 0.069767; none where it costs all it pays', () => {
    expect(kellyBinary(0.6, 0.55)).toBeCloseTo(0.111111, 6);
    expect(kellyBinary(0.6, 0.57)).toBeCloseTo(0.069767, 6);
    expect(kellyBinary(0.6, 1)).toBeNull();
  });
});

describe('V15, deflated Sharpe ratio', () => {
  const estimated = { n: 1250, sharpe: 2.5 / Math.sqrt(250), skew: -3, kurtosis: 10 };
  const trials = { count: 100, variance: 0.5 / 250 };

  it('V-ALL dsrSR0, dsr, emaxZ10, emaxZ100', () => {
    close(luckySharpe(trials), 0.11317200186513214);
    close(deflatedSharpe(estimated, trials).value, 0.9003968344493903);
    close(expectedMaximum(10), 1.57459830134575);
    close(expectedMaximum(100), 2.5306028932016846);
  });
  it('alike trials count for fewer', () => close(effectiveTrials(20, 0.3), 14.3));
  it('one trial deflates nothing; an unknown number is no number', () => {
    expect(luckySharpe({ count: 1, variance: 0.5 })).toBe(0);
    undefinedFor(deflatedSharpe(estimated, undefined), 'no_data');
  });
});

describe('bootstrap', () => {
  it('indices as in the arch package', () => {
    expect(stationaryIndices([3, 0, 4, 1, 2, 0], [0.9, 0.7, 0.2, 0.95, 0.4, 0.05], 2)).toEqual([3, 4, 4, 5, 2, 0]);
  });
  it('the same seed gives the same interval, which holds the figure', () => {
    const values = Array.from({ length: 60 }, (_, i) => Math.sin(i * 12.9898) * 0.01 + 0.001);
    const mean = (sample: readonly number[]) => average(sample);
    const found = bootstrapInterval(values, mean, 'run/mean');
    expect(found).toEqual(bootstrapInterval(values, mean, 'run/mean'));
    expect(found).not.toEqual(bootstrapInterval(values, mean, 'other/mean'));
    expect(found?.interval[0]).toBeLessThan(average(values));
    expect(found?.interval[1]).toBeGreaterThan(average(values));
  });
  it('is as wide as the normal interval for independent values', () => {
    const values = Array.from({ length: 400 }, (_, i) => ((i * 7919) % 400) / 400);
    const found = bootstrapInterval(values, average, 'width');
    const {
      interval: [low, high],
    } = found as NonNullable<typeof found>;
    const normal = 2 * 1.96 * (momentsOf(values).deviation / 20);
    expect((high - low) / normal).toBeGreaterThan(0.6);
    expect((high - low) / normal).toBeLessThan(1.6);
  });
  it('none below ten, nor where most resamples have no value; what is left out is counted', () => {
    expect(bootstrapInterval(v1.slice(1), average, 's')).toBeUndefined();
    expect(bootstrapInterval(v1, () => null, 's')).toBeUndefined();
    const some = bootstrapInterval(v1, (sample) => (sample[0] === 0.01 ? null : 1), 's');
    expect(some?.discarded).toBeGreaterThan(0);
    expect((some?.discarded as number) + (some?.resamples as number)).toBe(2000);
  });
  it('blocks are longer where values follow each other, never longer than a third', () => {
    const random = Array.from({ length: 300 }, (_, i) => ((i * 7919 + 13) % 300) / 300);
    const slow = Array.from({ length: 300 }, (_, i) => Math.sin(i / 20));
    expect(automaticBlockLength(slow)).toBeGreaterThan(automaticBlockLength(random));
    expect(automaticBlockLength(slow)).toBeLessThanOrEqual(100);
    expect(automaticBlockLength([1, 1, 1, 1])).toBe(1);
  });
  it('whole groups are drawn: what is alike in a group widens the interval', () => {
    const groups = Array.from({ length: 20 }, (_, i) => new Array<number>(10).fill(i % 2));
    const mean = (sample: readonly (readonly number[])[]) => average(sample.flat());
    const width = (clusters: number[][]) => {
      const { interval } = clusterInterval(clusters, mean, 's') as NonNullable<ReturnType<typeof clusterInterval>>;
      return interval[1] - interval[0];
    };
    expect(width(groups)).toBeGreaterThan(2 * width(groups.flat().map((value) => [value])));
    expect(clusterInterval(groups.slice(0, 9), mean, 's')).toBeUndefined();
  });
});

describe('difference of two rates', () => {
  it('57/100 against 66/100: -0.09, from -0.219863 to 0.044311', () => {
    const [low, high] = newcombeInterval(57, 100, 66, 100) as [number, number];
    expect(low).toBeCloseTo(-0.219863, 6);
    expect(high).toBeCloseTo(0.044311, 6);
    expect(newcombeInterval(0, 0, 1, 2)).toBeUndefined();
  });
});

describe('streaks and durations', () => {
  it('what neither won nor lost breaks no row', () => {
    expect(longestStreak([1, 0, 2, -1, -1, -1, 3], 1).value).toBe(2);
    expect(longestStreak([1, 0, 2, -1, 0, -1, -1, 3], -1).value).toBe(3);
    expect(longestStreak([0], 1).value).toBe(0);
    undefinedFor(longestStreak([], 1), 'no_trades');
  });
  it('mean, median, by size', () => {
    expect(meanDuration([1, 2, 6]).value).toBe(3);
    expect(medianDuration([1, 2, 6]).value).toBe(2);
    expect(
      weightedDuration([
        { size: 1, duration: 0 },
        { size: 3, duration: 4 },
      ]).value,
    ).toBe(3);
    undefinedFor(meanDuration([]), 'no_trades');
    undefinedFor(weightedDuration([]), 'no_trades');
  });
});
