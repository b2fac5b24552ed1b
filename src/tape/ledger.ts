import { Direction, type Frame, type Note } from '../market/frame.ts';
import type { TapeHeader } from './header.ts';

/** The continuity ledger: what the notes on a tape say about connections and gaps. */
export type Ledger = Pick<TapeHeader, 'connections' | 'gaps' | 'lastConnection'>;

/** The ledger of the header's segments, to go on with. */
export function ledgerOf({ connections, gaps, lastConnection }: TapeHeader): Ledger {
  const highest = connections.reduce((most, { connection }) => Math.max(most, connection), lastConnection);
  return { connections: structuredClone(connections), gaps: structuredClone(gaps), lastConnection: highest };
}

/** Books a frame; it depends on the frames alone, so a reader and a recovery come to the same ledger as the writer. */
export function enterFrame(ledger: Ledger, frame: Frame): void {
  const { connection, direction } = frame;
  if (connection > ledger.lastConnection) ledger.lastConnection = connection;
  if (direction !== Direction.note) return;
  const note = JSON.parse(Buffer.from(frame.payload).toString('utf8')) as Note;
  const at = String(frame.receivedAt);
  if (note.note === 'connected') {
    const line = note.line && { line: note.line };
    ledger.connections.push({ connection, url: note.url, ...line, connectedAt: at });
  } else if (note.note === 'disconnected') {
    const open = ledger.connections.find((record) => record.connection === connection && !record.disconnectedAt);
    if (open) Object.assign(open, { disconnectedAt: note.at ?? at, reason: note.reason });
  } else if (note.note === 'gap' || note.note === 'hole') ledger.gaps.push({ at, connection, reason: note.reason });
}
