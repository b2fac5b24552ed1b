/**
 * A long tape from a short one: the same frames again and again, each time later and on connections of their own.
 * Payloads are as recorded, so the venue's own times inside them repeat.
 */
import { openTape } from '../dist/tape/tape.js';
import { TapeWriter } from '../dist/tape/writer.js';

export async function repeatTape(from, to, minimumFrames) {
  const tape = await openTape(from);
  const { feed, instruments } = tape.header;
  // Closing times would close the markets after the first pass.
  const open = instruments.map(({ closesAt: _, ...facts }) => facts);
  const writer = await TapeWriter.create(to, { feed, source: { repeated: from }, instruments: open });
  let shift = 0n;
  let connections = 0;
  while (writer.frames < minimumFrames) {
    let last = 0n;
    let first;
    let highest = 0;
    for await (const batch of tape.read({ verify: false })) {
      for (let i = 0; i < batch.count; i++) {
        const receivedAt = BigInt(batch.receivedAt[i]) * 1000n;
        first ??= receivedAt;
        last = receivedAt;
        highest = Math.max(highest, batch.connection[i]);
        writer.append({
          receivedAt: receivedAt + shift,
          connection: batch.connection[i] + connections,
          direction: batch.direction[i],
          binary: batch.binary[i] !== 0,
          payload: batch.bytes.slice(batch.offsets[i], batch.offsets[i + 1]),
        });
        if (writer.segmentIsFull) await writer.rotate();
      }
    }
    shift += last - first + 1_000_000_000n;
    connections += highest;
  }
  await writer.close();
  return openTape(to);
}
