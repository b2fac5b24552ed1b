/** The risk gate of a paper session acts at the same moments in its replay, also when nothing comes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Control } from '../../src/market/frame.ts';
import { replayAsRun } from '../../src/run/as-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { kalshiVenue, paperConfig, playPaper } from '../support/paper.ts';

const SPEED = 120;

it('halts, takes other limits and goes on as it was told from outside; its replay does the same', async () => {
  const place = mkdtempSync(join(tmpdir(), 'truetape-risk-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const venue = await kalshiVenue(SPEED);
  onTestFinished(() => venue.close());
  const risk = { position: 15, staleSeconds: 0.2, gap: true, softDrawdownPercent: 0.001 };
  const config = paperConfig(place, venue.url, SPEED, {
    strategy: 'spread_capture',
    parameters: { requoteMs: 250 },
    settings: { risk },
  });
  const { record, run } = config;
  const controls: [frames: number, control: Control][] = [
    [2_000, { kind: 'halt', reason: 'as a test', flatten: true }],
    [3_000, { kind: 'resume' }],
    [3_500, { kind: 'limits', limits: { ...risk, position: -1 } }],
    [4_000, { kind: 'limits', limits: { ...risk, position: 5, softDrawdownPercent: undefined } }],
  ];
  const { manifest } = await playPaper(config, (session) => {
    while (controls.length > 0 && session.feed.frames > controls[0][0])
      session.control((controls.shift() ?? [])[1] as Control);
    return session.feed.frames > 6_000;
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
