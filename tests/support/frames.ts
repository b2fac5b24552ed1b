import { Direction, type Frame, type FrameBatch, FrameView, textFrame } from '../../src/market/frame.ts';

/** A message of the venue at `seconds` of 2026-05-13T18:08Z, on connection 1. */
export function messageFrame(text: string, seconds = 0): Frame {
  return textFrame(stamp(seconds), 1, Direction.in, text);
}

export function binaryFrame(bytes: readonly number[], seconds = 0): Frame {
  return {
    receivedAt: stamp(seconds),
    connection: 1,
    direction: Direction.in,
    binary: true,
    payload: Uint8Array.from(bytes),
  };
}

export function stamp(seconds: number): bigint {
  return 1_778_695_680_000_000_000n + BigInt(Math.round(seconds * 1e9));
}

/** As much of a frame as every form of it keeps, in a form that compares well. */
export interface PlainFrame {
  readonly sequence: number;
  /** Microseconds. */
  readonly receivedAt: number;
  readonly connection: number;
  readonly direction: number;
  readonly binary: boolean;
  readonly payload: string;
}

export function plain(frame: Frame, sequence: number): PlainFrame {
  return {
    sequence,
    receivedAt: Number(frame.receivedAt / 1000n),
    connection: frame.connection,
    direction: frame.direction,
    binary: frame.binary,
    payload: Buffer.from(frame.payload).toString('latin1'),
  };
}

export async function readAll(batches: AsyncIterable<FrameBatch>): Promise<PlainFrame[]> {
  const frames: PlainFrame[] = [];
  const view = new FrameView();
  for await (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      const { sequence, receivedAt, connection, direction, binary } = view.at(batch, i);
      const payload = Buffer.from(view.payload()).toString('latin1');
      frames.push({ sequence, receivedAt, connection, direction, binary, payload });
    }
  }
  return frames;
}
