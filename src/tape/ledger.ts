import { Direction, type Frame, type Note } from '../market/frame.ts';
import type { TapeHeader } from './header.ts';

/** The continuity ledger: what the frames on a tape say about connections, gaps, clocks and stalls. */
export type Ledger = Pick<TapeHeader, 'connections' | 'gaps' | 'stalls' | 'lastConnection'>;

type ConnectionRecord = Ledger['connections'][number];

/** The ledger of the header's segments, to go on with. */
export function ledgerOf({ connections, gaps, stalls, lastConnection }: TapeHeader): Ledger {
  const highest = connections.reduce((most, { connection }) => Math.max(most, connection), lastConnection);
  return structuredClone({ connections, gaps, stalls, lastConnection: highest });
}

/** Books a frame; it depends on the frames alone, so a reader and a recovery come to the same ledger as the writer. */
export function enterFrame(ledger: Ledger, frame: Frame): void {
  const { connection, direction } = frame;
  if (connection > ledger.lastConnection) ledger.lastConnection = connection;
  if (direction === Direction.note) enterNote(ledger, frame);
  else if (direction === Direction.in) {
    const record = recordOf(ledger, connection);
    if (!record) return;
    record.frames = (record.frames ?? 0) + 1;
    record.rawBytes = (record.rawBytes ?? 0) + frame.payload.length;
  }
}

function enterNote(ledger: Ledger, { connection, payload, receivedAt }: Frame): void {
  const note = JSON.parse(Buffer.from(payload).toString('utf8')) as Note;
  const at = String(receivedAt);
  switch (note.note) {
    case 'connected': {
      const line = note.line && { line: note.line };
      ledger.connections.push({ connection, url: note.url, ...line, connectedAt: at, frames: 0, rawBytes: 0 });
      return;
    }
    case 'disconnected': {
      const record = recordOf(ledger, connection);
      if (record && !record.disconnectedAt)
        Object.assign(record, { disconnectedAt: note.at ?? at, reason: note.reason });
      return;
    }
    case 'gap':
    case 'hole':
      ledger.gaps.push({ at, connection, reason: note.reason });
      return;
    case 'clock': {
      const record = recordOf(ledger, connection);
      if (record) record.clock = enterClock(record.clock, note);
      return;
    }
    case 'stall': {
      const { count, milliseconds, longest } = ledger.stalls;
      ledger.stalls = {
        count: count + 1,
        milliseconds: milliseconds + note.milliseconds,
        longest: Math.max(longest, note.milliseconds),
      };
      return;
    }
  }
}

function enterClock(
  before: ConnectionRecord['clock'],
  { least, median }: Extract<Note, { note: 'clock' }>,
): ConnectionRecord['clock'] {
  if (!before) return { least, lowestMedian: median, highestMedian: median };
  return {
    least: Math.min(before.least, least),
    lowestMedian: Math.min(before.lowestMedian, median),
    highestMedian: Math.max(before.highestMedian, median),
  };
}

/** From the end: connections come in the order of their numbers, and the last ones are the ones that speak. */
function recordOf({ connections }: Ledger, connection: number): ConnectionRecord | undefined {
  for (let i = connections.length - 1; i >= 0; i--) if (connections[i].connection === connection) return connections[i];
  return undefined;
}
