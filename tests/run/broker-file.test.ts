import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBrokerFile } from '../../src/run/broker-file.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
const START = Date.UTC(2026, 0, 1) * 1000;

async function ordersIn(name: string, text: string) {
  const file = join(folder(), name);
  writeFileSync(file, text);
  return (await readBrokerFile(file)).orders;
}

describe('the file of a broker', () => {
  const bid = {
    ...{ order: 7, instrument: 'KXRAIN', side: 'buy', placed: '2026-01-01T00:00:00Z', size: 5, limit: 0.53 },
    ...{ ended: '2026-01-01T00:01:00.25Z', filled: '2', price: 0.53, time: '2026-01-01T00:00:02.000001Z' },
  };
  const told = {
    ...{ id: '7', instrument: 'KXRAIN', direction: 1, placedAt: START, arrivedAt: null, endedAt: START + 60_250_000 },
    ...{ limit: 53_000_000n, size: 500_000_000n, reason: '', isRejected: false },
    fills: [{ at: START + 2_000_001, size: 200_000_000n, price: 53_000_000n, fee: 0n, liquidity: null }],
  };

  it('may be JSON, with times in RFC 3339 or microseconds and numbers as they are', async () => {
    expect(await ordersIn('broker.json', JSON.stringify([bid]))).toEqual([told]);
    expect(await ordersIn('broker.jsonl', `${JSON.stringify({ ...bid, placed: START })}\n`)).toEqual([told]);
  });

  it.each([
    ['ended', '2026-01-01 00:01:00', 'write RFC 3339 with a zone, or microseconds'],
    ['limit', '53c', 'write a decimal of up to eight places'],
    ['side', 'BUY', 'write buy or sell'],
    ['liquidity', 'M', 'write maker or taker'],
    ['fee', '7 cents', 'write an amount such as 0.07'],
  ])('what cannot be read is an error: %s "%s"', async (name, value, advice) => {
    const rows = JSON.stringify([bid, { ...bid, [name]: value }]);
    await expect(ordersIn('broker.json', rows)).rejects.toThrow(`broker.json: row 2: ${name} is "${value}"; ${advice}`);
  });

  it('says what a row lacks, and that a file is no JSON, in a line', async () => {
    await expect(ordersIn('broker.json', JSON.stringify([{ ...bid, size: '' }]))).rejects.toThrow(
      'row 1: needs order, instrument, side (buy or sell), placed, size',
    );
    await expect(ordersIn('broker.json', JSON.stringify([{ ...bid, price: '' }]))).rejects.toThrow(
      'row 1: a fill needs filled, price, time',
    );
    await expect(ordersIn('broker.json', '{no')).rejects.toThrow(
      /^[^\n]*broker\.json: cannot be read as JSON: [^\n]*$/,
    );
  });

  it('keeps orders of two markets apart that have one number', async () => {
    const orders = await ordersIn('broker.json', JSON.stringify([bid, { ...bid, instrument: 'KXSNOW' }]));
    expect(orders.map(({ instrument, fills }) => [instrument, fills.length])).toEqual([
      ['KXRAIN', 1],
      ['KXSNOW', 1],
    ]);
  });
});
