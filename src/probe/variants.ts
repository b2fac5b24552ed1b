import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSummary } from '../reports/report.ts';
import { type ReplayRunOptions, replayRun } from '../run/replay-run.ts';

/** A replay but for where it goes. */
export type ProbedRun = Omit<ReplayRunOptions, 'output' | 'force' | 'onProgress'>;

/** What a run came to, in the figures that a backtest is sold by. */
export interface Outcome {
  readonly digest: string;
  readonly orders: number;
  readonly fills: number;
  /** Decimal text of currency units. */
  readonly net: string;
  readonly fees: string;
  /** Closed round trips, and the share of them that won; null without any. */
  readonly trips: number;
  readonly winRate: number | null;
}

/** Runs variants of one replay, each in a folder that is gone afterwards. */
export class Variants {
  readonly #base: ProbedRun;
  readonly #onRun: () => void;

  constructor(base: ProbedRun, onRun: () => void) {
    this.#base = base;
    this.#onRun = onRun;
  }

  /** `change` is laid over the base, its config over the base's config. */
  async outcome(change: Partial<ProbedRun> = {}): Promise<Outcome> {
    return this.with(change, async (folder) => {
      const { digest, pnl, orders, metrics } = await buildSummary(folder);
      return {
        digest,
        orders: orders.sent,
        fills: orders.fills,
        net: pnl.net,
        fees: pnl.fees,
        trips: metrics['trades.count'].value ?? 0,
        winRate: metrics['winRate.trip'].value,
      };
    });
  }

  async with<T>(change: Partial<ProbedRun>, look: (run: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'truetape-probe-'));
    try {
      const output = join(folder, 'run');
      await replayRun({ ...this.#base, ...change, config: { ...this.#base.config, ...change.config }, output });
      this.#onRun();
      return await look(output);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
