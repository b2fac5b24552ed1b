import { instrumentId } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import type { Micros } from '../market/units.ts';
import type { VenueRules } from '../market/venue.ts';
import { delivery, expiryPayout } from './expiry.ts';
import type { Lane, LaneHost } from './lane.ts';

/** What an instrument pays when its outcome is final, or it expires: once. */
export class Payout {
  /** When it pays by its underlying's last price: an option that has not expired yet; else Infinity. */
  isDueAt: Micros = Number.POSITIVE_INFINITY;
  readonly #market: Market;
  readonly #rules: VenueRules;
  readonly #host: LaneHost;
  #isPaid = false;

  constructor(market: Market, rules: VenueRules, host: LaneHost) {
    this.#market = market;
    this.#rules = rules;
    this.#host = host;
    // Options whose settlement value is made at the opening (trading ends before) are paid when the tape tells it.
    const { option, expiresAt, closesAt } = market.instrument;
    if (!option || expiresAt === undefined || expiresAt !== closesAt) return;
    this.isDueAt = expiresAt;
    host.wakeAt(expiresAt);
  }

  /** Without a price of its underlying an option stays as it is: nobody knows what it paid. */
  wake(): void {
    if (this.isDueAt > this.#host.now) {
      this.#host.wakeAt(this.isDueAt);
      return;
    }
    this.isDueAt = Number.POSITIVE_INFINITY;
    const { instrument } = this.#market;
    const { option, venue } = instrument;
    const underlying = this.#host.laneOf(instrumentId(venue, option?.underlying ?? ''));
    if (underlying && !this.#isPaid) this.#market.payout = expiryPayout(instrument, underlying.market);
    this.pay(option?.settlement === 'physical' ? underlying : undefined);
  }

  /** The net position at the payout. `deliverable`: whose shares change hands if they can be paid; else cash is all. */
  pay(deliverable?: Lane): void {
    const { payout, instrument } = this.#market;
    if (this.#isPaid || Number.isNaN(payout)) return;
    const { account, now: at } = this.#host;
    const size = account.sizeOf(instrument.id);
    const fee = this.#rules.fees.settle?.({ instrument, size, payout, at }) ?? 0n;
    account.settle(instrument, payout, fee);
    const delivered =
      payout > 0 && size !== 0 ? deliverable?.own.deliver(delivery(instrument, size, deliverable.market)) : undefined;
    this.#host.respondLater({ kind: 'settled', at, instrument: instrument.id, payout, fee, delivered });
    this.#market.status = 'settled';
    this.#isPaid = true;
  }
}
