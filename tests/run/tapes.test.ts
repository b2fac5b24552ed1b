import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/market/units.ts';
import { replayRun } from '../../src/run/replay-run.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const replayed = (options: object) =>
  replayRun({ tapes: [fixtures.kalshi], strategy: 'hold', output: join(folder(), 'run'), ...options });

describe('the tapes of a run', () => {
  it.each([
    [
      { from: '2030-01-01T00:00:00Z' },
      /^from 2030-01-01T.*: is after the end; the tape goes from 2026-05-13T18:08:.* to /,
    ],
    [{ to: '2020-01-01T00:00:00Z' }, /^to 2020-01-01T.*: is before the start; the tape goes from 2026-05-13T18:08:/],
    [{ from: '2026-05-13T18:12:00Z', to: '2026-05-13T18:11:00Z' }, /^from .*18:12:00.*: is after to .*18:11:00/],
  ])('with nothing to trade in %j are refused with their span', async (part, message) => {
    const times = Object.fromEntries(Object.entries(part).map(([name, text]) => [name, parseTime(text)]));
    await expect(replayed(times)).rejects.toThrow(message);
  });

  it('are named once each, whatever the path', async () => {
    const link = join(folder(), 'link');
    symlinkSync(fixtures.kalshi, link);
    await expect(replayed({ tapes: [fixtures.kalshi, link] })).rejects.toThrow(
      /link: the same tape as .*kalshi-btc15m/,
    );
  });

  it('are of feeds that can be decoded', async () => {
    const path = join(folder(), 'unread');
    const writer = await TapeWriter.create(path, { feed: 'nasdaq', source: {}, instruments: [] });
    writer.append({ receivedAt: 1n, connection: 1, direction: 0, binary: false, payload: Buffer.from('{}') });
    await writer.close();
    await expect(replayed({ tapes: [path] })).rejects.toThrow(/unread: no decoder for the feed nasdaq.*add-a-feed/);
  });

  it('play at a speed above 0', async () => {
    for (const speed of [0, -5, Number.NaN])
      await expect(replayed({ speed })).rejects.toThrow(/must be a number above 0/);
  });
});
