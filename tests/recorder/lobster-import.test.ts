import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, directionNames, type Frame } from '../../src/market/frame.ts';
import { parseTime } from '../../src/market/units.ts';
import type { ImportPlan } from '../../src/recorder/imports/import.ts';
import { importLobster } from '../../src/recorder/imports/lobster.ts';
import { connectDuckDb, quoted } from '../../src/tape/duckdb.ts';
import { best, eventsOf, marketsAfter, withFolder, writeTape } from '../feeds/recorded.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';

async function framesOf(plan: ImportPlan): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of plan.frames()) all.push(frame);
  return all;
}

/** "receivedAt connection direction payload" of each frame. */
async function lines(plan: ImportPlan): Promise<string[]> {
  return (await framesOf(plan)).map(
    ({ receivedAt, connection, direction, payload }) =>
      `${receivedAt} ${connection} ${directionNames[direction]} ${decodeUtf8(payload, 0, payload.length)}`,
  );
}

/** A zip file of texts, compressed, as the format's specification has it (APPNOTE 4.3). */
function zip(entries: Readonly<Record<string, string>>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const contents = Buffer.from(text);
    const packed = deflateRawSync(contents);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(contents), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(contents.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    files.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length / 4, 4);
  end.writeUInt16LE(directory.length / 4, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, central, Buffer.from('PK\x05\x06'), end]);
}

const day = 'AAPL_2012-06-21_34200000_57600000';
/** Midnight in New York of that day, in seconds: 04:00 UTC. */
const midnight = 1340251200;

describe('LOBSTER zips', () => {
  const messages = '34200.004241176,1,101,18,5853300,1\r\n34200.02,3,101,18,5853300,1\r\n';
  const book = '5859400,200,5853300,18\r\n5859400,200,-9999999999,0\r\n';

  async function importZip(folder: string, entries: Readonly<Record<string, string>>): Promise<string[]> {
    const file = join(folder, 'sample.zip');
    await writeFile(file, zip(entries));
    return lines(await importLobster([file], {}));
  }

  it('give each message with its row of the book, under the name of the message file', () =>
    withFolder(async (folder) => {
      const entries = { [`${day}_orderbook_1.csv`]: book, [`${day}_message_1.csv`]: messages, 'ReadMe.txt': 'x' };
      expect(await importZip(folder, entries)).toEqual([
        `${midnight + 34200}004241176 1 note {"note":"connected","url":"${day}_message_1.csv"}`,
        `${midnight + 34200}004241176 1 in 34200.004241176,1,101,18,5853300,1\n5859400,200,5853300,18`,
        `${midnight + 34200}020000000 1 in 34200.02,3,101,18,5853300,1\n5859400,200,-9999999999,0`,
        `${midnight + 34200}020000000 1 note {"note":"disconnected","reason":"the recording ends"}`,
      ]);
    }));

  it('may be without a book, not without messages', () =>
    withFolder(async (folder) => {
      expect((await importZip(folder, { [`${day}_message_1.csv`]: messages }))[1]).toMatch(/5853300,1$/);
      await expect(importZip(folder, { [`${day}_orderbook_1.csv`]: book })).rejects.toThrow('no LOBSTER message file');
    }));

  it.each([
    ['a row is missing', messages, '5859400,200,5853300,18\n', '2 messages and 1 rows'],
    ['rows are too many', messages, `${book}${book}`, '2 messages and 4 rows'],
  ])('are refused when %s', (_, someMessages, someRows, error) =>
    withFolder(async (folder) => {
      const entries = { [`${day}_message_1.csv`]: someMessages, [`${day}_orderbook_1.csv`]: someRows };
      await expect(importZip(folder, entries)).rejects.toThrow(error);
    }),
  );
});

describe('LOBSTER message files alone', () => {
  it('keep lines as delivered and nanoseconds as meant', () =>
    withFolder(async (folder) => {
      const file = join(folder, `${day}_message_50.csv.gz`);
      const rows = ['34200,1,1,1,100,1', '34200.5,1,2,1,100,1', '43002.632812671996,1,3,1,100,1', 'x,1,4,1,100,1'];
      await writeFile(file, gzipSync(rows.join('\r\n')));
      const plan = await importLobster([file], { facts: [{ symbol: 'AAPL', title: 'Apple' }] });
      expect((await lines(plan)).slice(1, -1)).toEqual([
        `${midnight + 34200}000000000 1 in ${rows[0]}`,
        `${midnight + 34200}500000000 1 in ${rows[1]}`,
        `${midnight + 43002}632812672 1 in ${rows[2]}`,
      ]);
      expect(plan.tally).toMatchObject({ read: 4, kept: 3, rejected: new Map([['no time', 1]]) });
      expect(plan.instruments).toEqual([{ symbol: 'AAPL', title: 'Apple' }]);
    }));

  it('may be Parquet: columns in the order of the CSV, whatever their names', () =>
    withFolder(async (folder) => {
      const file = join(folder, `${day}_message_50.parquet`);
      const connection = await connectDuckDb();
      await connection.run(
        `copy (select 34200.004241176::double as "Time", 1 as type, 101 as id, 18 as size, 5853300 as price, -1 as side)
          to ${quoted(file)} (format parquet)`,
      );
      connection.closeSync();
      const [, message] = await lines(await importLobster([file], {}));
      expect(message).toBe(`${midnight + 34200}004241176 1 in 34200.004241176,1,101,18,5853300,-1`);
    }));

  it.each([
    ['2012-06-21', '2012-06-21T00:00:00-04:00'],
    ['2012-01-17', '2012-01-17T00:00:00-05:00'],
    // Clocks change on these days, after midnight.
    ['2012-03-11', '2012-03-11T00:00:00-05:00'],
    ['2012-11-04', '2012-11-04T00:00:00-04:00'],
  ])('count from midnight in New York: %s', (date, expected) =>
    withFolder(async (folder) => {
      const file = join(folder, `BRK.B_${date}_0_1_message_1.csv`);
      await writeFile(file, '0.25,1,1,1,100,1\n');
      const [first] = await framesOf(await importLobster([file], {}));
      expect(first.receivedAt).toBe(BigInt(parseTime(expected)) * 1000n + 250_000_000n);
    }),
  );

  it('are merged by time, each a connection of its own', () =>
    withFolder(async (folder) => {
      const files = ['AAPL', 'AMZN'].map((symbol) => join(folder, `${symbol}_2012-06-21_0_1_message_1.csv`));
      await writeFile(files[0], '1.0,1,1,1,100,1\n3.0,1,2,1,100,1\n');
      await writeFile(files[1], '2.0,1,3,1,100,1\n3.0,1,4,1,100,1\n');
      const all = await lines(await importLobster(files, {}));
      expect(all.map((line) => line.replace(/^\d{8}(\d\d)0{9} (\d \w+).*/, '$1 $2'))).toEqual([
        '01 1 note',
        '01 1 in',
        '02 2 note',
        '02 2 in',
        '03 1 in',
        '03 1 note',
        '03 2 in',
        '03 2 note',
      ]);
    }));

  it('must say their day, and say it once', () =>
    withFolder(async (folder) => {
      const file = join(folder, `${day}_message_1.csv`);
      await writeFile(file, '1.0,1,1,1,100,1\n');
      await expect(importLobster([file, file], {})).rejects.toThrow('AAPL of 2012-06-21 is there twice');
      const other = join(folder, 'AAPL_2012-06-22_34200000_57600000_message_5.csv');
      await expect(importLobster([file, other], {})).rejects.toThrow('AAPL is there with different depths');
      await expect(importLobster([join(folder, 'AAPL.csv')], {})).rejects.toThrow('does not say ticker and day');
      await expect(importLobster([join(folder, `${day}_orderbook_1.csv`)], {})).rejects.toThrow('ticker and day');
    }));
});

describe.skipIf(!hasSharedData)('LOBSTER recordings as a tape (needs ../shared/data)', () => {
  const folder = `${sharedData}lobster-2012-06-21/`;

  it('AAPL with its book, and MSFT from Parquet: frames in and events out through the disk', () =>
    withFolder(async (temporary) => {
      const files = [
        `${folder}LOBSTER_SampleFile_AAPL_2012-06-21_1.zip`,
        `${folder}MSFT_2012-06-21_34200000_37800000_message_50.parquet`,
      ];
      const plan = await importLobster(files, {});
      const tape = await writeTape(plan, join(temporary, 'tape'));
      // A note at each end of each recording.
      expect(tape.frames).toBe(118_497 + 141_507 + 4);
      expect(plan.tally).toMatchObject({ read: 260_004, kept: 260_004, heldStamps: 0 });
      expect(tape.header.segments[0].firstReceivedAt).toBe('1340285400004241176');
      const { markets, events } = await marketsAfter(eventsOf(tape));
      console.log('AAPL and MSFT', JSON.stringify({ frames: tape.frames, events }));
      expect(markets.map(({ instrument }) => instrument.id)).toEqual(['lobster:AAPL', 'lobster:MSFT']);
      // The last row of the book file.
      expect(best(markets[0].book, 1, 9)).toEqual([{ price: 5_775_400, size: 410 }]);
      expect(best(markets[0].book, -1, 9)).toEqual([{ price: 5_776_700, size: 300 }]);
      expect([markets[1].book.bidPrice, markets[1].book.askPrice]).toEqual([308_400, 308_500]);
    }));
});
