/**
 * `npm run bench:metrics`: the same session returns through our figures, empyrical-reloaded and quantstats; prints what differs.
 * docs/metrics.md says why.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Rng } from '../../dist/market/rng.js';
import { drawdownOf, ulcerIndex } from '../../dist/reports/metrics/drawdown.js';
import * as ratios from '../../dist/reports/metrics/ratios.js';
import { annualisedReturn, totalReturn } from '../../dist/reports/metrics/returns.js';
import { expectedShortfall, normalValueAtRisk, valueAtRisk } from '../../dist/reports/metrics/tail.js';
import { fromSharpe, probabilisticSharpe } from '../../dist/reports/metrics/uncertainty.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const python = `${here}.venv-metrics/bin/python`;
const N = 252;
/** Below this, relative, two figures are the same. */
const SAME = 1e-9;

const rng = new Rng('metrics');
const series = {
  'V1, ten sessions': [0.01, -0.005, 0.015, 0, -0.02, 0.03, -0.01, 0.005, 0.01, -0.015],
  'a year, seeded': Array.from({ length: 252 }, () => 0.0005 + 0.01 * rng.normal()),
  'gains only': [0.01, 0.02, 0.005, 0.01],
  'all equal': [0.1, 0.1, 0.1],
  'a first loss': [-0.1, 0.05, 0.02],
  'binary contracts': [0.5, 0.2, 1.5, 0.1],
};

function ours(returns) {
  const equity = [1];
  for (const value of returns) equity.push(equity[equity.length - 1] * (1 + value));
  const drawdown = drawdownOf(equity);
  return Object.fromEntries(
    Object.entries({
      total: totalReturn(returns),
      annualised: annualisedReturn(returns, N),
      volatility: ratios.volatility(returns, N),
      sharpe: ratios.sharpe(returns, N),
      sortino: ratios.sortino(returns, N),
      maxDrawdown: drawdown.maxFraction,
      calmar: ratios.calmar(returns, N, drawdown.maxFraction),
      omega: ratios.omega(returns),
      ulcer: ulcerIndex(drawdown),
      var5: valueAtRisk(returns, 0.05),
      varNormal5: normalValueAtRisk(returns, 0.05),
      es5: expectedShortfall(returns, 0.05),
      psr0: fromSharpe(returns, (estimated) => probabilisticSharpe(estimated, 0)),
    }).map(([name, { value, reason }]) => [name, value ?? reason]),
  );
}

function run(command, args, input) {
  const { status, stdout } = spawnSync(command, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ended with ${status}`);
  return stdout;
}

if (!existsSync(python)) {
  run('python3.11', ['-m', 'venv', `${here}.venv-metrics`]);
  run(python, ['-m', 'pip', 'install', '--quiet', '-r', `${here}requirements-metrics.txt`]);
}
const theirs = JSON.parse(run(python, [`${here}metrics.py`], JSON.stringify({ periods: N, series })));
const text = (value) => (typeof value === 'number' ? value.toPrecision(7) : (value ?? '-'));
for (const [name, returns] of Object.entries(series)) {
  const mine = ours(returns);
  console.log(`\n${name} (${returns.length})`);
  for (const [metric, value] of Object.entries(mine)) {
    for (const [library, figures] of Object.entries(theirs[name])) {
      if (!(metric in figures)) continue;
      const other = figures[metric];
      const same = typeof other === 'number' && Math.abs(other - value) <= SAME * Math.max(Math.abs(value), 1e-3);
      if (!same) console.log(`  ${metric.padEnd(12)} ours ${text(value).padEnd(18)} ${library} ${text(other)}`);
    }
  }
  const compared = Object.values(theirs[name]).reduce((sum, figures) => sum + Object.keys(figures).length, 0);
  console.log(`  ${compared} compared`);
}
