/**
 * A market of one Kalshi contract, told line by line in cents and contracts, and events told back in the same words:
 *
 *   1.0 book 52x100 51x300 | 54x50      a snapshot
 *   1.5 bid 52x120                      a level's new size
 *   2.0 sells 25 at 52                  a print: "buys", "sells", "trades" (nobody says who)
 *   3.0 quote 52x20 | 54x50
 *   4.0 gap                             what the book is now, nobody knows
 *   0.0 listed                          the first mention of the market
 *
 * What stands in one line, with " + " between, is one frame.
 */
import { EventBatch, EventFlag, EventKind, Side } from '../../src/market/event.ts';
import type { EventSource } from '../../src/market/frame.ts';
import { gap, inBatchesOf, level, listed, print, quote, type Row, snapshot } from './events.ts';
import { contract } from './instruments.ts';

export const START = 1_778_695_680_000_000;
export const at = (seconds: number): number => START + Math.round(seconds * 1e6);

export function marketOf(text: string): EventBatch {
  const batch = new EventBatch(16);
  for (const [frame, line] of linesOf(text).entries()) {
    const [seconds, ...words] = line.split(' ');
    for (const row of words.join(' ').split(' + ').flatMap(rowsOf)) {
      const { kind, instrument, side, price, size, code, flags } = row;
      batch.push(frame, at(Number(seconds)), at(Number(seconds)), instrument, kind, side, price, size, code, flags);
    }
  }
  return batch;
}

export function sourceOf(batch: EventBatch, rows = Number.MAX_SAFE_INTEGER): EventSource {
  return {
    instruments: [contract()],
    async *batches() {
      yield* inBatchesOf(rows, batch);
    },
  };
}

/** One line a frame. */
export async function told(source: EventSource): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of source.batches()) {
    for (let i = 0; i < batch.count; ) {
      const end = batch.frameEnd(i, batch.count);
      lines.push(`${((batch.receivedAt[i] - START) / 1e6).toFixed(1)} ${frameText(batch, i, end)}`);
      i = end;
    }
  }
  return lines;
}

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function rowsOf(text: string): Row[] {
  const [verb, ...words] = text.split(' ');
  const sides = words.join(' ').split('|').map(levelsOf);
  switch (verb) {
    case 'book':
      return snapshot(sides[0], sides[1]);
    case 'bid':
    case 'ask':
      return sides[0].map(([price, size]) => level(verb === 'bid' ? Side.buy : Side.sell, price, size));
    case 'quote':
      return quote(sides[0][0], sides[1][0]);
    case 'listed':
      return [listed()];
    case 'gap':
      return [gap(EventFlag.book)];
    default: {
      const side = { buys: Side.buy, sells: Side.sell, trades: Side.none }[verb] ?? Side.none;
      return [print(side, Number(words[2]) * 100, Number(words[0]) * 100)];
    }
  }
}

function levelsOf(text: string): [number, number][] {
  return text
    .trim()
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.split('x').map((number) => Number(number) * 100) as [number, number]);
}

function frameText(batch: EventBatch, from: number, to: number): string {
  if (batch.kind[from] === EventKind.bookClear) {
    const of = (side: number) => levelTexts(batch, from + 1, to, side).join(' ');
    return `book ${of(1)} | ${of(-1)}`;
  }
  if (batch.kind[from] === EventKind.quote)
    return `quote ${levelTexts(batch, from, to, 1)} | ${levelTexts(batch, from, to, -1)}`;
  return Array.from({ length: to - from }, (_, i) => rowText(batch, from + i)).join(' + ');
}

function rowText(batch: EventBatch, i: number): string {
  const [price, size] = [batch.price[i] / 100, batch.size[i] / 100];
  if (batch.kind[i] === EventKind.gap) return 'gap';
  if (batch.kind[i] === EventKind.bookLevel) return `${batch.side[i] > 0 ? 'bid' : 'ask'} ${price}x${size}`;
  return `${['sells', 'trades', 'buys'][batch.side[i] + 1]} ${size} at ${price}`;
}

function levelTexts(batch: EventBatch, from: number, to: number, side: number): string[] {
  const texts: string[] = [];
  for (let i = from; i < to; i++)
    if (batch.side[i] === side) texts.push(`${batch.price[i] / 100}x${batch.size[i] / 100}`);
  return texts;
}
