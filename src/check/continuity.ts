import { type EventBatch, EventFlag, EventKind, eventKindNames, GapCode, gapNames } from '../market/event.ts';
import type { Market } from '../market/market.ts';
import type { Micros } from '../market/units.ts';
import { type Check, isOpen, type Measurement, type Place, placeOf, type SeenTape } from './check.ts';
import { PerMarket } from './per-market.ts';

/** The events of one kind that a market had. */
interface KindSeen {
  rows: number;
  from: Micros;
  to: Micros;
}

/** What a market's book, or its trades, may lack. */
class Doubt {
  /** NaN: nothing. */
  since: Micros = Number.NaN;
  total: Micros = 0;
  longest: Micros = 0;
  longestSince: Micros = 0;

  begin(at: Micros): void {
    if (Number.isNaN(this.since)) this.since = at;
  }

  end(at: Micros): void {
    const length = at - this.since;
    this.since = Number.NaN;
    if (!(length > 0)) return;
    this.total += length;
    if (length > this.longest) {
      this.longest = length;
      this.longestSince = at - length;
    }
  }
}

class MarketSeen {
  readonly kinds = new Map<number, KindSeen>();
  readonly book = new Doubt();
  readonly trades = new Doubt();
  /** Arrival of the first and the last row. */
  from: Micros = Number.NaN;
  to: Micros = Number.NaN;
}

/** Where the recording may lack something, and how much of the tape each market and kind of event covers. */
export class Continuity implements Check {
  readonly #markets = new PerMarket(() => new MarketSeen());
  readonly #reasons = new Map<string, number>();
  #gaps = 0;
  #first: Place | undefined;
  /** Gaps that nothing else has followed yet: at the end of the tape they are only the end of the recording. */
  readonly #pending: (Place & { readonly reason: string })[] = [];

  /** Arrival of this frame, and of the one before it. */
  #at: Micros = 0;
  #before: Micros = 0;
  #frame = -1;

  row(batch: EventBatch, i: number, market: Market | undefined): void {
    if (batch.frame[i] !== this.#frame) {
      this.#frame = batch.frame[i];
      this.#before = this.#at;
      this.#at = batch.receivedAt[i];
    }
    const isGap = batch.kind[i] === EventKind.gap;
    if (isGap) this.#gap(batch, i, market);
    else if (this.#pending.length > 0) this.#confirm(batch.frame[i]);
    if (!market) return;
    const at = batch.receivedAt[i];
    const seen = this.#markets.of(market);
    if (Number.isNaN(seen.from)) seen.from = at;
    seen.to = at;
    let kind = seen.kinds.get(batch.kind[i]);
    if (!kind) {
      kind = { rows: 0, from: at, to: at };
      seen.kinds.set(batch.kind[i], kind);
    }
    kind.rows++;
    kind.to = at;
    if (isGap) {
      if (!isOpen(market, at)) return;
      // A connection is dead for a time before anybody notices.
      const since = batch.code[i] === GapCode.disconnected ? Math.max(this.#before, seen.from) : at;
      if (batch.flags[i] & EventFlag.book) seen.book.begin(since);
      if (batch.flags[i] & EventFlag.trades) seen.trades.begin(since);
    } else {
      // Nothing says that trades are whole again; that the market is heard of is the sign.
      seen.trades.end(Math.min(at, market.closesAt));
      if (batch.kind[i] === EventKind.bookClear && batch.flags[i] & EventFlag.snapshot) {
        seen.book.end(Math.min(at, market.closesAt));
      }
    }
  }

  #gap(batch: EventBatch, i: number, market: Market | undefined): void {
    const code = batch.code[i];
    // Holes in the sequence have a check of their own, and what a closed market lacks is no loss.
    if (code !== GapCode.disconnected && code !== GapCode.recorder) return;
    if (market && !isOpen(market, batch.receivedAt[i])) return;
    if (batch.frame[i] === this.#pending.at(-1)?.frame) return;
    this.#pending.push({ ...placeOf(batch, i, market), reason: gapNames[code] });
  }

  /** Something else came after the gaps. */
  #confirm(frame: number): void {
    if (frame !== this.#pending.at(-1)?.frame) for (const gap of this.#pending.splice(0)) this.#count(gap);
  }

  #count({ reason, ...place }: Place & { readonly reason: string }): void {
    this.#gaps++;
    this.#first ??= place;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  measure({ tape }: SeenTape): readonly Measurement[] {
    // A feed without a decoder has no events; the ledger in the header still knows. What one of two lines has missed is
    // a gap only if the other has too, which the events tell.
    const lines = new Set(tape.header.connections.filter(({ line }) => line).map(({ connection }) => connection));
    const noted = tape.header.gaps.filter(({ connection }) => !lines.has(connection)).length;
    const reasons = [...this.#reasons].map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
    return [
      {
        name: 'gaps',
        value: Math.max(this.#gaps, noted),
        unit: 'count',
        where: this.#first,
        detail: `${reasons} in the events, ${noted} noted in the header`,
        facts: { events: Object.fromEntries(this.#reasons), header: tape.header.gaps },
      },
      this.#inDoubt(tape.span ?? { from: 0, to: 0 }),
    ];
  }

  #inDoubt(span: { readonly from: Micros; readonly to: Micros }): Measurement {
    const length = span.to - span.from || 1;
    const markets = this.#markets
      .all()
      .map(({ market, state }) => {
        const { from, book, trades, kinds } = state;
        // A market that is not heard of again has ended with its last event, unless we know that it went on.
        const to = Number.isFinite(market.closesAt) ? Math.min(market.closesAt, span.to) : state.to;
        for (const doubt of [book, trades]) doubt.end(to);
        const worse = book.total >= trades.total ? book : trades;
        return {
          market: market.instrument.id,
          share: to > from ? worse.total / (to - from) : 0,
          since: worse.longestSince,
          coverage: Object.fromEntries(
            [...kinds].map(([kind, seen]) => [
              eventKindNames[kind],
              { ...seen, share: (seen.to - seen.from) / length },
            ]),
          ),
        };
      })
      .sort((a, b) => b.share - a.share);
    if (markets.length === 0) return { name: 'inDoubt', value: null, detail: 'no market on the tape' };
    const [worst] = markets;
    const affected = markets.filter(({ share }) => share > 0).length;
    return {
      name: 'inDoubt',
      value: worst.share,
      unit: 'share',
      where: worst.share > 0 ? { market: worst.market, at: worst.since } : undefined,
      detail: `${affected} of ${markets.length} markets lack something for a time`,
      facts: { markets },
    };
  }
}
