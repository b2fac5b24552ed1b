/**
 * The whole check: browser, build, types, format and lint, dead code, tests. Ends with a line that counts the tests;
 * exits with 1 if anything is wrong.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => `${root}node_modules/.bin/${name}`;
const results = `${root}out/test-results.json`;
let sound = true;

installChromium();
step('build', process.execPath, ['scripts/build.mjs']);
step('types', bin('tsc'), ['-p', '.']);
step('format and lint', bin('biome'), ['check', '.']);
step('dead code', bin('knip'), []);
mkdirSync(`${root}out`, { recursive: true });
rmSync(results, { force: true });
step('tests', bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]);

const {
  numPassedTests = 0,
  numFailedTests = 0,
  numPendingTests = 0,
} = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {};
if (numPendingTests > 0) console.log(`${numPendingTests} skipped (see above for what was missing)`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
process.exit(sound && numPassedTests > 0 ? 0 : 1);

function step(name, command, args) {
  const started = performance.now();
  console.log(`--- ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  console.log(
    `--- ${name}: ${status === 0 ? 'good' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) sound = false;
}

/** The report is looked at in a real browser. Debian's is installed where it is missing and we may; else that is said. */
function installChromium() {
  if (existsSync('/usr/bin/chromium')) return;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log('/usr/bin/chromium is missing and cannot be installed from here: the browser tests are skipped');
    return;
  }
  console.log('--- installing Debian chromium for the browser tests');
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
}
