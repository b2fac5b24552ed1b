/** How far apart the prices of an instrument are: at Kalshi it may be a tenth of a cent near 0 and 1, and a cent between. */
import type { RunManifest } from '../tape/run-file.ts';

interface Band {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** By instrument and price, both as the journal has them: units of 10^-8. Runs of an older truetape told the finest step alone. */
export function tickSizes({ instruments }: RunManifest): (instrument: string, price: number) => number {
  const ladders = new Map(
    instruments.map(({ id, ticks, tick, priceDecimals }) => {
      const finest = whole(tick ?? 10 ** -priceDecimals);
      const bands = ticks?.map(({ from, to, step }) => ({ from: whole(from), to: whole(to), step: whole(step) })) ?? [];
      return [id, { finest, bands }] as const;
    }),
  );
  return (instrument, price) => {
    const ladder = ladders.get(instrument);
    const band = ladder?.bands.find(({ from, to }: Band) => price >= from && price <= to);
    return band?.step ?? ladder?.finest ?? 1;
  };
}

const whole = (decimal: string | number): number => Math.round(Number(decimal) * 1e8);
