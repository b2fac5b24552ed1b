/**
 * `verify.mjs <tape> <folder>`: 20 cases of 100,000 events, first with none of their outcomes known, then with all; prints
 * the seconds of both as JSON. Decoded events are there beside the tape, as after any first run.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CASES = 20;
const [tape, folder] = process.argv.slice(2);
const truetape = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const suite = join(folder, 'suite.yaml');

rmSync(join(folder, 'suite.expected'), { recursive: true, force: true });
const cases = Array.from({ length: CASES }, (_, i) => [
  `size-${i + 1}`,
  { tapes: [tape], strategy: 'spread_capture', parameters: { size: i + 1 } },
]);
writeFileSync(suite, JSON.stringify({ cases: Object.fromEntries(cases) }));
seconds('--update', '--no-cache');
const uncached = seconds('--no-cache');
seconds();
process.stdout.write(JSON.stringify({ uncached, cached: seconds() }));

/** Of the whole command, as somebody waits for it. */
function seconds(...options) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [truetape, 'verify', suite, ...options], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`verify ${options.join(' ')}: ${stderr}`);
  return (performance.now() - started) / 1000;
}
