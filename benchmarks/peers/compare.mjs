/** Fills of two engines, order by order. */

/** Longer than a message is on its way. */
const MARGIN = 100_000;

/**
 * What an order's fills can be against the peer's.
 * same · through: a print beyond our price fills the peer's order whole, ours by the print's size · rest: the peer fills what is left
 * of a taking order at its limit, ours rests · whole: the peer fills a taking order whole, however little is displayed ·
 * alone: executions tell the peer of a price, and of orders of others; one of ours that is better than all displayed is passed
 * over · other: none of these.
 */
const kinds = ['same', 'through', 'rest', 'whole', 'alone', 'other'];

/**
 * Every order as if it were our only one, as hftbacktest treats each: those that do not overlap in time are played together.
 */
export async function apart(actions, play) {
  const spans = new Map();
  for (const { id, at } of actions) {
    const span = spans.get(id);
    if (span) span.to = at;
    else spans.set(id, { id, from: at, to: at });
  }
  const rounds = [];
  for (const { id, from, to } of spans.values()) {
    let round = rounds.find((other) => other.to + MARGIN < from);
    if (!round) {
      round = { ids: new Set(), to };
      rounds.push(round);
    }
    round.ids.add(id);
    round.to = to;
  }
  const fills = [];
  for (const { ids } of rounds) fills.push(...(await play(actions.filter(({ id }) => ids.has(id)))).fills);
  return fills;
}

/** Kind of each order by its id, and what the fills of the other ones are. Where the peer fills whole, only first fills count. */
export function compare(actions, ours, peer, { fillsWhole, entry }) {
  const mine = byOrder(ours);
  const theirs = byOrder(peer);
  const found = new Map();
  const others = [];
  for (const place of actions) {
    if (place.do !== 'place') continue;
    const [a, b] = [mine.get(place.id) ?? [], theirs.get(place.id) ?? []];
    const kind = fillsWhole ? kindOfFirst(place, a[0], b[0], entry) : kindOf(place, a, b);
    found.set(place.id, kind);
    if (kind === 'other') others.push(`${JSON.stringify(place)}: ours ${text(a)}; theirs ${text(b)}`);
  }
  return { kinds: found, others };
}

/** How many there are of each kind; `byRule` are those that another rule of ours would explain. */
export function count(found, explained) {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  let byRule = 0;
  for (const [id, kind] of found) {
    if (kind === 'other' && explained && explained.get(id) !== 'other') byRule++;
    else counts[kind]++;
  }
  const { other, ...known } = counts;
  return { ...known, byRule, other };
}

function kindOf({ force }, a, b) {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x?.at === y?.at && x.size === y.size && (x.price === y.price || x.levels > 1)) continue;
    if (x?.at === y?.at && x.size < y.size && x.through) return 'through';
    const isTaker = a[0]?.liquidity === 'taker' && force === 'gtc';
    return isTaker && b.length === 1 && a[0].at === b[0].at && a[0].size < b[0].size ? 'rest' : 'other';
  }
  return 'same';
}

function kindOfFirst({ at, force }, x, y, entry) {
  if (x?.at === y?.at) return 'same';
  if (y?.at === at + entry && force === 'fok') return 'whole';
  return x?.through && (!y || x.at < y.at) ? 'alone' : 'other';
}

/** Fills of one order at one time are one. */
function byOrder(fills) {
  const orders = new Map();
  for (const fill of fills) {
    const list = orders.get(fill.id) ?? [];
    orders.set(fill.id, list);
    const last = list.at(-1);
    if (last?.at === fill.at) {
      last.size += fill.size;
      last.levels += last.price === fill.price ? 0 : 1;
      last.through ||= fill.grade === 'printed_through';
    } else list.push({ ...fill, levels: 1, through: fill.grade === 'printed_through' });
  }
  return orders;
}

const text = (fills) => fills.map(({ at, size, price, grade }) => `${at} ${size} @${price} ${grade ?? ''}`).join(', ');
