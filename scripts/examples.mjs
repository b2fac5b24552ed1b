/**
 * Makes the reports in `examples/reports`, with the commands that a user would type; docs/read-a-report.md reads them. The
 * session on paper runs over a socket, so its frames arrive a little differently each time.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const truetape = `${root}dist/cli/main.js`;
const reports = 'examples/reports';
const out = 'out/examples';
const kalshi = 'fixtures/kalshi-btc15m';
const settlements = ['--settlements', 'fixtures/kalshi-btc15m-settlements.csv'];
const strategy = 'examples/quotes-and-exits.ts';
const SPEED = 20;

process.chdir(root);
for (const folder of [out, reports]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

run('replay', kalshi, '-s', 'yes_80_90', ...settlements, '-o', `${out}/yes-80-90`);
run('report', `${out}/yes-80-90`, '-o', `${reports}/held-to-settlement.html`);
const sizes = ['--param', 'size=0.001', '--param', 'maxInventory=0.01'];
run('replay', 'fixtures/binance-btcusdt', '-s', 'spread_capture', ...sizes, '-o', `${out}/spread-capture`);
run('report', `${out}/spread-capture`, '-o', `${reports}/market-maker.html`);

await paper();
writeFileSync(`${out}/hopeful.yaml`, stringify({ latency: { entryMs: 0, responseMs: 0 }, fills: 'touch' }));
run('replay', `${out}/tape`, '-s', strategy, '--config', `${out}/hopeful.yaml`, '-o', `${out}/backtest`);
const sides = [`${out}/paper`, `${out}/backtest`, '--auto', `${out}/tape`, '-s', strategy];
run('compare', ...sides, '-o', `${reports}/paper-against-backtest.html`);

/** The Kalshi session, traded on paper with a way of 50 ms to the venue and back. */
async function paper() {
  const serve = ['serve', kalshi, '--as', 'venue', '--speed', String(SPEED), '--once'];
  console.log(`$ truetape ${serve.join(' ')}`);
  const server = spawn(process.execPath, [truetape, ...serve], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [url] = await once(createInterface(server.stdout), 'line');
  const record = {
    ...{ tape: `${out}/tape`, feed: 'kalshi', url, channels: ['orderbook_delta', 'ticker'] },
    markets: ['KXBTC15M-26MAY131415-15', 'KXBTC15M-26MAY131430-30'],
    timeLapse: { from: '2026-05-13T18:08:18Z', speed: SPEED },
  };
  const settings = { latency: { entryMs: 50, responseMs: 50 } };
  writeFileSync(`${out}/paper.yaml`, stringify({ record, run: `${out}/paper`, strategy, settings }));
  console.log(`$ truetape paper ${out}/paper.yaml`);
  const session = spawn(process.execPath, [truetape, 'paper', `${out}/paper.yaml`], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  await once(server, 'exit');
  session.kill('SIGINT');
  const [code] = await once(session, 'exit');
  if (code !== 0) throw new Error(`the session on paper ended with ${code}`);
}

function run(...args) {
  console.log(`$ truetape ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [truetape, ...args], { stdio: 'inherit' });
  // A comparison that finds what nothing explains ends with 1, and has written its page.
  if (status !== 0) process.exit(status ?? 1);
}
