import { isDeepStrictEqual } from 'node:util';
import { MICROS_PER_MILLISECOND, parseMoney } from '../market/units.ts';
import { buildSummary } from '../reports/report.ts';
import { FEES_HIGHER, type WorseReplay, type WorseReplays } from '../reports/sensitivity.ts';
import { type ProbedRun, Variants } from './variants.ts';

const changes: readonly { readonly change: string; readonly request: Partial<ProbedRun> }[] = [
  { change: '100 ms later at the venue', request: { scale: { delay: 100 * MICROS_PER_MILLISECOND } } },
  { change: 'at the back of the queue', request: { config: { queue: 'prints-only', fills: 'prints' } } },
  { change: FEES_HIGHER, request: { scale: { fees: 1.5 } } },
];

/** A run again and again, with one thing worse each time. `digest`: of the run that `request` made. */
export async function worseReplays(
  request: ProbedRun,
  digest: string,
  onRun: (run: number, of: number) => void = () => undefined,
): Promise<WorseReplays> {
  let made = 0;
  const variants = new Variants(request, () => onRun(++made, changes.length + 1));
  const unchanged = await replayed(variants, 'nothing changed', {});
  const changed: WorseReplay[] = [];
  for (const { change, request: worse } of changes) {
    // A run that already has the settings would come out the same.
    const config = { ...request.config, ...worse.config };
    const isTheSame = worse.scale === undefined && isDeepStrictEqual(config, request.config);
    changed.push(
      isTheSame
        ? { ...unchanged.replay, change: `${change}, as it was` }
        : (await replayed(variants, change, worse)).replay,
    );
  }
  return { unchanged: unchanged.replay, reproduced: unchanged.digest === digest, changed };
}

function replayed(variants: Variants, change: string, request: Partial<ProbedRun>) {
  return variants.with(request, async (folder) => {
    const { digest, pnl, metrics } = await buildSummary(folder);
    const replay: WorseReplay = {
      change,
      net: parseMoney(pnl.net),
      trips: metrics['trades.count'].value ?? 0,
      winRate: metrics['winRate.trip'],
      fillRate: metrics['fill.rateOrder'],
    };
    return { digest, replay };
  });
}
