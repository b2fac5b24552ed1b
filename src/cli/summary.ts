import type { RunSummary } from '../reports/report.ts';
import type { RunManifest } from '../tape/run-file.ts';
import { count, facts, percent, print, table } from './output.ts';

/** The end of a replay in a few lines: what came of it, and what to be careful about. */
export function printSummary(run: string, manifest: RunManifest, summary: RunSummary): void {
  const { metrics, orders, pnl } = summary;
  const figure = (key: string, show: (value: number) => string): string => {
    const metric = metrics[key as keyof typeof metrics];
    if (!metric || metric.value === null) return `n/a (${metric?.reason ?? 'no_data'})`;
    return show(metric.value);
  };
  print(
    facts([
      ['run', run],
      ['strategy', `${manifest.strategy.name} ${JSON.stringify(manifest.parameters)}`],
      ['events', count(manifest.events)],
      ['orders', ordersText(orders)],
      ['fills', count(orders.fills)],
      ['net P&L', `${pnl.net} (gross ${pnl.gross}, fees ${pnl.fees})`],
      ['max drawdown', figure('dd.maxPct', percent)],
      [
        'win rate',
        `${figure('winRate.trip', percent)} of round trips, ${figure('winRate.market', percent)} of markets in which nothing is held any more`,
      ],
      ['digest', manifest.digest],
    ]),
  );
  if (summary.evidence.length > 0) {
    const rows = summary.evidence.map(({ grade, fills, size, net }) => [
      ...[grade, count(fills), String(size)],
      net.toFixed(2),
    ]);
    const marks = Number(pnl.unassigned).toFixed(2);
    // What is held is marked by the last quote of its market; the account may have marked it later.
    if (!/^-?0\.00$/.test(marks)) rows.push(['later marks', '', '', marks]);
    print('');
    print(table(['evidence', 'fills', 'size', 'net P&L'], rows));
  }
  for (const { text } of summary.warnings) print(`! ${text}`);
}

/** What never reached the venue is told apart, and only if there was any. */
function ordersText({ sent, rejected, filled, blocked, unsent }: RunSummary['orders']): string {
  const parts = [`${count(sent)} sent`, `${count(rejected)} rejected by the venue`, `${count(filled)} filled`];
  if (blocked > 0) parts.push(`${count(blocked)} blocked by the risk gate`);
  if (unsent > 0) parts.push(`${count(unsent)} held and never sent`);
  return parts.join(', ');
}
