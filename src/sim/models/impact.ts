/** How far an order of our own moves the price, beyond what it takes of the book. */
export interface ImpactModel {
  readonly name: string;
  /** Of the price, for `size` units in all. */
  share(size: number): number;
}

/** What the tape does not tell of a share. */
export interface MarketFacts {
  /** Standard deviation of a day's return: 0.02 = 2 %. */
  readonly dailyVolatility: number;
  /** Units traded on a day. */
  readonly dailyVolume: number;
  /** Units that there are. */
  readonly outstanding: number;
}

/** Volatility times the root of our part of the day's volume: the shape that most studies find, with the factor 1. */
export function squareRootImpact({ dailyVolatility, dailyVolume }: MarketFacts): ImpactModel {
  return { name: 'square root', share: (size) => dailyVolatility * Math.sqrt(size / dailyVolume) };
}

/** Time over which an order is taken to trade: 1800 s of a day of 23,400 s. */
const TRADED_DAYS = 1800 / 23_400;

/**
 * Almgren, Thum, Hauptmann, Li, "Direct Estimation of Equity Market Impact" (2005), with the constants that LEAN has:
 * what is paid is the temporary part and half of what stays. Its noise is left out: a replay has none.
 */
export function almgrenImpact({ dailyVolatility, dailyVolume, outstanding }: MarketFacts): ImpactModel {
  const stays = 0.314 * (outstanding / dailyVolume) ** 0.267;
  return {
    name: 'Almgren',
    share: (size) => {
      const rate = size / (TRADED_DAYS * dailyVolume);
      const permanent = dailyVolatility * TRADED_DAYS * stays * rate ** 0.891;
      const temporary = dailyVolatility * 0.142 * rate ** 0.6;
      return temporary + permanent / 2;
    },
  };
}
