import type { ConnectionReport, RecorderStatus } from '../recorder/health.ts';
import { bytes, count, duration, facts, plural, table } from './output.ts';

const CONNECTIONS_SHOWN = 8;
/** Width of the left half, so that the right one stands still while figures grow. */
const HALF = 30;

/** How a recording goes, in one line for a log. */
export function statusLine({ frames, framesPerSecond, diskBytes, gaps, reconnects, trouble }: RecorderStatus): string {
  const parts = [`recording: ${count(frames)} frames`, `${count(framesPerSecond)}/s`, `${bytes(diskBytes)} on disk`];
  if (gaps > 0) parts.push(plural(gaps, 'gap'));
  if (reconnects > 0) parts.push(plural(reconnects, 'reconnect'));
  return [...parts, ...(trouble === '' ? [] : [trouble])].join(', ');
}

/** All about it, in lines for a terminal; those that matter most come first, and stand to the left. */
export function statusTable(status: RecorderStatus): string[] {
  const { feed, tape, markets, connections, trouble, lagMs, venueLagMs, lastFrameSeconds, diskFreeBytes } = status;
  const left = facts([
    ['markets', markets === 0 ? 'all' : count(markets)],
    ['frames', count(status.frames)],
    ['rate', `${count(status.framesPerSecond)}/s`],
    ['last frame', ago(lastFrameSeconds)],
    ['gaps', count(status.gaps)],
    ['reconnects', count(status.reconnects)],
  ]);
  const right = facts([
    ['recording for', duration(status.seconds * 1e6)],
    ['on disk', bytes(status.diskBytes)],
    ['free disk', diskFreeBytes === null ? 'n/a' : bytes(diskFreeBytes)],
    ['timer lag', `${lagMs} ms`],
    ['venue lag', venueLagMs === null ? 'n/a' : `${Math.round(venueLagMs)} ms`],
  ]);
  const rightLines = right.split('\n');
  return [
    '',
    `${feed} to ${tape}`,
    trouble === '' ? 'recording' : `! ${trouble}`,
    '',
    ...left.split('\n').map((line, i) => `${line.padEnd(HALF)}${rightLines[i] ?? ''}`.trimEnd()),
    '',
    ...table(
      ['socket', 'opened', 'frames', 'gaps', 'last heard', 'state'],
      connections.slice(0, CONNECTIONS_SHOWN).map(connectionRow),
    ).split('\n'),
    ...(connections.length > CONNECTIONS_SHOWN ? [`and ${connections.length - CONNECTIONS_SHOWN} more`] : []),
  ];
}

function connectionRow(connection: ConnectionReport, index: number): string[] {
  const { connected, opened, frames, gaps, heardSeconds, trouble } = connection;
  const state = connected ? 'connected' : trouble || 'connecting';
  return [String(index + 1), count(opened), count(frames), count(gaps), ago(heardSeconds), state];
}

const ago = (seconds: number | null): string => (seconds === null ? 'never' : `${duration(seconds * 1e6)} ago`);
