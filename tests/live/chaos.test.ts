/**
 * A paper session that is killed again and again goes on in the same tape with the state that it had: its ledger balances
 * and the whole tape replays to the bit. CHAOS_MOMENTS=20 for more moments than the few of every day.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { Rng } from '../../src/market/rng.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';
import { kalshiVenue, paperSettings } from '../support/paper.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const everything = fileURLToPath(new URL('everything.ts', import.meta.url));
const MOMENTS = Number(process.env.CHAOS_MOMENTS ?? 3);
const SPEED = 20;

const folder = temporaryFolder();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A session of the command line. */
class Life {
  readonly child: ChildProcess;
  said = '';

  constructor(config: string) {
    this.child = spawn(process.execPath, [program, 'paper', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (data) => {
        this.said += data;
      });
    closers.push(() => this.child.kill('SIGKILL'));
  }

  async says(words: RegExp, timeout = 30_000): Promise<void> {
    await vi.waitUntil(() => words.test(this.said) || this.child.exitCode !== null, { timeout });
    expect(this.said).toMatch(words);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

function configFile(url: string, more: object = {}): string {
  const file = join(folder(), 'paper.yaml');
  const settings = paperSettings(folder(), url, SPEED, {
    strategy: everything,
    parameters: { everyMs: 300 },
    settings: { latency: { entryMs: 30, responseMs: 200 } },
    ...more,
  });
  writeFileSync(file, stringify(settings));
  return file;
}

/** Money and positions worked out from the fills alone, against what the journal says at its end. */
async function checkLedger(run: string): Promise<number> {
  const fills = await readJournal(run, 'fills');
  const equity = (await readJournal(run, 'equity')).at(-1);
  const held = new Map<string, number>();
  let cash = 10_000;
  for (const { instrument, side, size, price, fee, position } of fills) {
    const sign = side === 'buy' ? 1 : -1;
    const before = held.get(String(instrument)) ?? 0;
    const after = before + sign * Number(size);
    expect(after).toBeCloseTo(Number(position), 6);
    held.set(String(instrument), after);
    // A contract short ties up the dollar that it may have to pay.
    cash += -sign * Number(size) * Number(price) - Number(fee) + Math.min(0, after) - Math.min(0, before);
  }
  expect(Number(equity?.cash)).toBeCloseTo(cash, 6);
  expect(Number(equity?.equity)).toBeCloseTo(cash + Number(equity?.positionValue), 6);
  return fills.length;
}

describe('a paper session', () => {
  it(`that is killed at ${MOMENTS} moments goes on where it was`, { timeout: MOMENTS * 60_000 }, async () => {
    const rng = new Rng('chaos');
    const venue = await kalshiVenue(SPEED, 'own');
    closers.push(() => venue.close());
    const config = configFile(venue.url);
    const [tape, run] = [join(folder(), 'tape'), join(folder(), 'run')];
    let fills = 0;
    let frames = 0;
    for (let moment = 0; moment < MOMENTS; moment++) {
      const killed = new Life(config);
      await killed.says(/connected to/);
      await sleep(rng.below(3_000));
      await killed.end('SIGKILL');
      const again = new Life(config);
      await again.says(/going on after \d+ frames[\s\S]*connected to/);
      await sleep(500);
      await again.end('SIGTERM');
      expect(again.child.exitCode, again.said).toBe(0);
      const { difference, is, was } = await replayAsRun({ tapes: [tape], run, strategy: everything });
      expect(difference).toBeUndefined();
      expect(is.digest).toBe(was.digest);
      const filled = await checkLedger(run);
      const recorded = (await openTape(tape)).frames;
      expect(filled).toBeGreaterThanOrEqual(fills);
      expect(recorded).toBeGreaterThan(frames);
      [fills, frames] = [filled, recorded];
    }
    expect(fills).toBeGreaterThan(0);
    expect(readdirSync(folder()).sort()).toEqual(['paper.yaml', 'run', 'tape']);
  });

  it('is halted by its kill file and by a signal, takes new limits, and will not go on with other settings', async () => {
    const venue = await kalshiVenue(SPEED, 'own');
    closers.push(() => venue.close());
    const killFile = join(folder(), 'STOP');
    const config = configFile(venue.url, { killFile, settings: { risk: { position: 1000 } } });
    const [tape, run] = [join(folder(), 'tape'), join(folder(), 'run')];
    const life = new Life(config);
    await life.says(/connected to/);
    await sleep(300);
    writeFileSync(killFile, '');
    await life.says(/halted .*STOP is there/);
    rmSync(killFile);
    await sleep(400);
    configFile(venue.url, { killFile, settings: { risk: { position: -1 } } });
    await life.says(/nothing changes: .*paper\.yaml: settings\.risk\.position/);
    configFile(venue.url, { killFile, settings: { risk: { position: 7 } } });
    await sleep(2_000);
    life.child.kill('SIGUSR2');
    await life.says(/halted .*SIGUSR2/);
    await life.end('SIGTERM');
    expect(life.child.exitCode, life.said).toBe(0);
    const notes = await readJournal(run, 'notes');
    const told = notes.filter(({ kind }) => ['halted', 'resumed', 'limits'].includes(String(kind)));
    expect(told.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      `halted: the file ${killFile} is there`,
      'resumed: halted is over',
      'limits: position 1000 -> 7',
      'halted: the signal SIGUSR2',
    ]);
    expect((await replayAsRun({ tapes: [tape], run, strategy: everything })).difference).toBeUndefined();

    const before = readFileSync(join(run, 'run.json'), 'utf8');
    configFile(venue.url, { killFile, settings: { cash: '5000', latency: { entryMs: 1 } } });
    const other = new Life(config);
    await other.says(/its session was begun with another settings\.cash, settings\.latency; go on with that/);
    expect(readFileSync(join(run, 'run.json'), 'utf8')).toBe(before);
    expect(existsSync(tape)).toBe(true);
  });
});
