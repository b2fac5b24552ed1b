import type { SessionStatus } from '../live/status.ts';
import { count, facts, plural, table } from './output.ts';

/** Width of the left half, so that the right one stands still while figures grow. */
const HALF = 30;
/** Rows of the terminal for everything but positions, orders and decisions. */
const FIXED_ROWS = 19;

/** How a session goes, in one line for a log. */
export function paperLine(status: SessionStatus): string {
  const { money, counts, positionCount, orderCount, feed } = status;
  const parts = [`paper: ${stateOf(status)}`];
  if (money) parts.push(`equity ${amount(money.equity)}`, `P&L ${signed(money.profit)}`);
  parts.push(plural(positionCount, 'position'), plural(orderCount, 'open order'), plural(counts.decisions, 'decision'));
  if (feed) parts.push(`${count(feed.framesPerSecond)} frames/s`);
  return parts.join(', ');
}

/** All about it, in lines for a terminal of so many rows. */
export function paperTable(status: SessionStatus, rows: number): string[] {
  const { strategy, tape, run, positions, positionCount, orders, orderCount, decisions, isWell, halted, stopped } =
    status;
  const most = Math.max(1, Math.floor((rows - FIXED_ROWS) / 3));
  const isBad = !isWell || halted !== null || stopped !== null;
  return [
    '',
    `${strategy} on paper: ${tape} to ${run}`,
    `${isBad ? '! ' : ''}${stateOf(status)}`,
    '',
    ...figures(status),
    '',
    ...section(`positions: ${count(positionCount)}`, most, positions, (p) => [
      symbolOf(p.instrument),
      `${p.outcome === '' ? '' : `${p.outcome.toUpperCase()} `}${p.size}`,
      p.price === null ? '' : `at ${p.price}`,
      `now ${p.mark}`,
      signed(p.unrealised),
    ]),
    ...section(`open orders: ${count(orderCount)}`, most, orders, (o) => [
      symbolOf(o.instrument),
      `${o.side} ${o.size}${o.outcome === 'no' ? ' NO' : ''}`,
      o.price === '' ? 'at the market' : `at ${o.price}`,
      `filled ${o.filled}`,
      o.state,
    ]),
    ...section(`decisions: ${count(status.counts.decisions)}`, most, decisions, (d) => [
      new Date(d.time / 1000).toISOString().slice(11, 19),
      symbolOf(d.instrument),
      d.action,
      d.reason,
    ]),
  ];
}

function figures({ money, counts, time, feed, steps }: SessionStatus): string[] {
  const connected = feed?.connections.filter((connection) => connection.connected).length ?? 0;
  const left = facts([
    ['equity', money ? amount(money.equity) : 'n/a'],
    ['P&L', money ? signed(money.profit) : 'n/a'],
    ['cash', money ? amount(money.cash) : 'n/a'],
    ['realised', money ? signed(money.realised) : 'n/a'],
    ['unrealised', money ? signed(money.unrealised) : 'n/a'],
    ['fees', money ? amount(money.fees) : 'n/a'],
  ]).split('\n');
  const right = facts([
    ['tape time', time === null ? 'n/a' : `${time.slice(0, 19).replace('T', ' ')} UTC`],
    ['orders', `${count(counts.placed)} placed, ${count(counts.filled)} filled, ${count(counts.cancelled)} cancelled`],
    ['refused', `${count(counts.blocked)} blocked, ${count(counts.rejected)} rejected`],
    ['sockets', feed ? `${connected} of ${feed.connections.length} connected` : 'n/a'],
    ['feed', feed ? `${count(feed.framesPerSecond)} frames/s, ${plural(feed.gaps, 'gap')}` : 'n/a'],
    ['engine', steps.p99Ms === null ? 'n/a' : `${steps.p99Ms} ms p99, ${plural(steps.slow, 'slow frame')}`],
  ]).split('\n');
  return left.map((line, i) => `${line.padEnd(HALF)}${right[i]}`);
}

/** The first few, under a head. */
function section<Row>(head: string, most: number, rows: readonly Row[], cells: (row: Row) => string[]): string[] {
  if (rows.length === 0) return [head, ''];
  const [, , ...lines] = table(
    cells(rows[0]).map(() => ''),
    rows.slice(0, most).map(cells),
  ).split('\n');
  return [head, ...lines.map((line) => `  ${line}`), ''];
}

function stateOf({ state, health, isWell, halted, stopped }: SessionStatus): string {
  const parts = [isWell ? `${state}, ${health}` : health];
  if (stopped !== null) parts.unshift(`strategy stopped: ${stopped}`);
  if (halted !== null) parts.unshift(`HALTED: ${halted}`);
  return parts.join(' · ');
}

const symbolOf = (instrument: string): string => instrument.slice(instrument.indexOf(':') + 1);

const twoPlaces = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const amount = (text: string): string => twoPlaces.format(Number(text)).replace(/^-(?=0\.00$)/, '');
const signed = (text: string): string => `${Number(text) > 0 ? '+' : ''}${amount(text)}`;
