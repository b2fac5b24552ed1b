/** The risk gate of a paper session acts at the same moments in its replay, also when nothing comes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Control } from '../../src/market/frame.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { kalshiVenue, paperConfig, playPaper } from '../support/paper.ts';

/** Slow enough that a busy machine, which is late and then catches up, leaves some silence between frames. */
const SPEED = 40;

it('halts, takes other limits and goes on as it was told from outside; its replay does the same', async () => {
  const place = mkdtempSync(join(tmpdir(), 'truetape-risk-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const venue = await kalshiVenue(SPEED);
  onTestFinished(() => venue.close());
  const risk = { position: 15, staleSeconds: 0.05, gap: true, softDrawdownPercent: 0.001 };
  const config = paperConfig(place, venue.url, SPEED, {
    strategy: 'spread_capture',
    parameters: { requoteMs: 250 },
    settings: { risk },
  });
  const { record, run } = config;
  const controls: Control[] = [
    { kind: 'halt', reason: 'as a test', flatten: true },
    { kind: 'resume' },
    { kind: 'limits', limits: { ...risk, position: -1 } },
    { kind: 'limits', limits: { ...risk, position: 5, softDrawdownPercent: undefined } },
  ];
  // Each has a thousand frames to show what it does, however late a busy machine looks.
  let next = 2_000;
  const { manifest } = await playPaper(config, (session) => {
    const { frames } = session.feed;
    if (frames <= next) return false;
    const [control] = controls.splice(0, 1);
    if (control) session.control(control);
    next = frames + 1_000;
    return control === undefined;
  });
  const { difference, is } = await replayAsRun({ tapes: [record.tape], run });
  expect(difference).toBeUndefined();
  expect(is.digest).toBe(manifest.digest);
  const notes = (await readJournal(run, 'notes')) as unknown as { kind: string; text: string }[];
  const told = notes.filter(({ kind }) => kind === 'halted' || kind === 'resumed' || kind === 'limits');
  expect(told.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    'halted: as a test; positions are closed',
    'resumed: halted is over',
    'limits: refused: position: Too small: expected number to be >=0',
    'limits: position 15 -> 5, softDrawdownPercent 0.001 -> none',
  ]);
  expect(notes.some(({ text }) => text.startsWith('stale: orders are cancelled'))).toBe(true);
  const orders = (await readJournal(run, 'orders')) as unknown as { reason: string }[];
  const reasons = new Set(orders.map(({ reason }) => reason));
  expect(reasons).toContain('risk_halted');
  expect(reasons).toContain('risk_position');
});
