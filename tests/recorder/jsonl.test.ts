import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, directionNames, type Frame } from '../../src/market/frame.ts';
import type { ImportPlan } from '../../src/recorder/imports/import.ts';
import { importJsonl } from '../../src/recorder/imports/jsonl.ts';
import { eventsOf, marketsAfter, withFolder, writeTape } from '../feeds/recorded.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';

/** "receivedAt connection direction payload" of each frame. */
async function lines(plan: ImportPlan): Promise<string[]> {
  const text = ({ receivedAt, connection, direction, payload }: Frame) =>
    `${receivedAt} ${connection} ${directionNames[direction]} ${decodeUtf8(payload, 0, payload.length)}`;
  const all: string[] = [];
  for await (const frame of plan.frames()) all.push(text(frame));
  return all;
}

const ends = '{"note":"disconnected","reason":"the recording ends"}';

describe('raw frames with a stamp before them', () => {
  it('keep their nanoseconds and are one connection over all files', () =>
    withFolder(async (folder) => {
      const [first, second] = [join(folder, 'a.gz'), join(folder, 'b')];
      await writeFile(first, gzipSync('1723161253937085768 {"a": 1}\n1723161253937085769 text, not JSON\n'));
      await writeFile(second, '1723161254000000000 {"b":"é"}\nno stamp\n');
      const plan = await importJsonl([first, second], { feed: 'binance' });
      expect(plan.feed).toBe('binance');
      expect(await lines(plan)).toEqual([
        '1723161253937085768 1 note {"note":"connected","url":"not recorded"}',
        '1723161253937085768 1 in {"a": 1}',
        '1723161253937085769 1 in text, not JSON',
        '1723161254000000000 1 in {"b":"é"}',
        `1723161254000000000 1 note ${ends}`,
      ]);
      expect(plan.tally).toMatchObject({ read: 4, kept: 3, rejected: new Map([['no receive time', 1]]) });
    }));

  it('do not say whose they are', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'a');
      await writeFile(file, '1723161253937085768 {}\n');
      await expect(importJsonl([file], {})).rejects.toThrow('add --feed');
    }));
});

describe('sessions of cryptofeed', () => {
  it('become frames of numbered connections, a request and its answer two of them', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'session.jsonl');
      const rows = [
        { t: 'header', exchange: 'BINANCE_FUTURES' },
        {
          t: 'http',
          conn: 'http.0',
          ts: 1633998511.132921,
          url: 'https://x/depth?symbol=A',
          data: '{"lastUpdateId":1}',
        },
        { t: 'connect', conn: 'ws.1', ts: 1633998512.5, addr: 'wss://x' },
        { t: 'send', conn: 'ws.1', ts: 1633998513, data: '{"method":"SUBSCRIBE"}' },
        { t: 'recv', conn: 'ws.1', ts: 1633998513.25, data: '{"e":"trade"}' },
        { t: 'pause', conn: 'ws.1', ts: 1633998514 },
        { t: 'recv', conn: 'ws.1', data: 'no time' },
      ];
      await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
      const plan = await importJsonl([file], {});
      expect(plan.feed).toBe('binance-futures');
      expect(await lines(plan)).toEqual([
        '1633998511132921000 1 out GET https://x/depth?symbol=A',
        '1633998511132921000 1 in {"lastUpdateId":1}',
        '1633998512500000000 2 note {"note":"connected","url":"wss://x"}',
        '1633998513000000000 2 out {"method":"SUBSCRIBE"}',
        '1633998513250000000 2 in {"e":"trade"}',
        `1633998514000000000 1 note ${ends}`,
        `1633998514000000000 2 note ${ends}`,
      ]);
      expect([...plan.tally.rejected.keys()]).toEqual([
        'header of the session, not a frame',
        'kind of line not known: pause',
        'no receive time',
      ]);
    }));
});

describe('our own lines', () => {
  it('say connection and direction, or mean the first and in', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'own.jsonl');
      const rows = [
        '{"receivedAt":"1723161253937085768","payload":"GET https://x","connection":3,"direction":"out"}',
        '{"receivedAt":"1723161253937085769","payload":"{}"}',
        '{"receivedAt":"soon","payload":"{}"}',
        '{"receivedAt":"1723161253937085770","payload":"{}","direction":"up"}',
      ];
      await writeFile(file, rows.join('\n'));
      const plan = await importJsonl([file], { feed: 'kalshi', facts: [{ symbol: 'A', lot: 5 }] });
      expect(await lines(plan)).toEqual(['1723161253937085768 3 out GET https://x', '1723161253937085769 1 in {}']);
      expect(plan.tally).toMatchObject({ read: 4, kept: 2 });
      expect(plan.instruments).toEqual([{ symbol: 'A', lot: 5 }]);
    }));

  it('are not mistaken for anything else', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'other.jsonl');
      await writeFile(file, '{"price":1}\n');
      await expect(importJsonl([file], { feed: 'x' })).rejects.toThrow('no known shape of raw frames');
    }));
});

describe.skipIf(!hasSharedData)('recordings as tapes (needs ../shared/data)', () => {
  it.each([
    [
      'binance',
      ['binance-ws-raw/spot_btcusdt_20240808.gz', 'binance-ws-raw/spot_btcusdt_20240809.gz'],
      99_576,
      466_349,
    ],
    ['binance-futures', ['multi-exchange-ws-raw/BINANCE_FUTURES.jsonl.zst'], 1_549, 13_186],
    ['binance', ['multi-exchange-ws-raw/BINANCE.jsonl.zst'], 279, 5_238],
  ])('%s %s: frames in and events out through the disk', (feed, files, frames, events) =>
    withFolder(async (folder) => {
      const plan = await importJsonl(
        files.map((file) => sharedData + file),
        { feed },
      );
      const tape = await writeTape(plan, join(folder, 'tape'));
      expect(tape).toMatchObject({ frames, tornBytes: 0 });
      expect(tape.header.feed).toBe(feed);
      const found = await marketsAfter(eventsOf(tape));
      console.log(files.join(' '), JSON.stringify({ frames, events: found.events, heldStamps: plan.tally.heldStamps }));
      expect(found.events).toBe(events);
    }),
  );
});
