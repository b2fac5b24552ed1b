/** What a strategy does to get out of its tape changes nothing on paper, or stops it and nothing else. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { replayAsRun } from '../../src/run/as-run.ts';
import { readJournal } from '../../src/tape/journal-read.ts';
import { temporaryFolder } from '../support/folder.ts';
import { kalshiVenue, oracle, paperConfig, playPaper } from '../support/paper.ts';

const SPEED = 60;
const folder = temporaryFolder();

/** A session of a strategy that rests an order and does `planted` at every quarter of a second. */
async function play(planted: string, frames: number) {
  const strategy = join(folder(), 'planted.ts');
  writeFileSync(
    strategy,
    `import { defineStrategy, sizeFrom, z } from 'truetape';
export default defineStrategy({
  name: 'planted',
  description: 'has something in it that should not be there',
  parameters: z.object({}),
  create(desk) {
    let rests = false;
    return {
      onStart() { desk.wakeAt(desk.now + 250_000); },
      onBook({ instrument, book, bookComplete }) {
        if (rests || !bookComplete || !Number.isFinite(book.bidPrice)) return;
        rests = true;
        desk.place({ instrument: instrument.id, side: 'buy', size: sizeFrom(instrument, 1), price: 100 });
      },
      onTimer() {
        if (rests) {
          ${planted}
        }
        desk.wakeAt(desk.now + 250_000);
      },
    };
  },
});`,
  );
  const venue = await kalshiVenue(SPEED);
  onTestFinished(() => venue.close());
  const config = paperConfig(folder(), venue.url, SPEED, { strategy });
  const played = await playPaper(config, ({ feed }) => feed.frames > frames);
  const { record, run } = config;
  const { difference } = await replayAsRun({ tapes: [record.tape], run, strategy });
  expect(difference).toBeUndefined();
  return { ...played, notes: await readJournal(run, 'notes'), decisions: await readJournal(run, 'decisions'), run };
}

it('a read of the wall clock gives tape time', async () => {
  const { decisions } = await play(
    `desk.decide({ action: 'look', reason: 'planted', features: {
       date: Date.now(), made: new Date().getTime(), performance: Math.floor(performance.now()), tape: Math.floor(desk.now / 1000),
     } });`,
    3_000,
  );
  expect(decisions.length).toBeGreaterThan(10);
  for (const { features } of decisions) {
    const { date, made, performance, tape } = JSON.parse(String(features));
    expect([date, made, performance]).toEqual([tape, tape, tape]);
  }
});

it('a call over the network is refused with the way to do it, and nothing is called; the rest goes on', async () => {
  const service = await oracle('planted');
  onTestFinished(() => service.close());
  const { manifest, notes, run } = await play(`fetch('${service.url}', { method: 'POST', body: '{}' });`, 3_000);
  expect(service.asked).toBe(0);
  const refusal = /fetch is not for strategies: use desk\.ask\(source, request\) and onAnswer.* \(planted\.ts:17\)$/;
  expect(notes.filter(({ kind }) => kind === 'stopped')).toEqual([
    expect.objectContaining({ text: expect.stringMatching(refusal) }),
  ]);
  const [{ state, reason }] = (await readJournal(run, 'orders')).slice(-1);
  expect([state, reason]).toEqual(['cancelled', 'requested']);
  expect(manifest.events).toBeGreaterThan(2_000);
});
