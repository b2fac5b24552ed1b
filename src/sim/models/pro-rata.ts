import type { Micros, Size } from '../../market/units.ts';
import type { QueueModel, QueuePlace } from '../../market/venue.ts';
import { millisecond } from './queue.ts';

/**
 * Here `ahead` is what stands beside us: the displayed size with which we share a print. The change of the level that
 * belongs to the print may have come before it, so it is the most that was displayed since it may have happened.
 */
interface SharedPlace extends QueuePlace {
  /** The venue's time that is going on, in milliseconds. */
  moment: number;
  displayed: Size;
  /** The most that was displayed in this moment; and in those before, up to which one. */
  most: Size;
  mostBefore: Size;
  until: number;
}

/** No queue: each order at a level gets the part of a print that it has of the level's size, rounded down. */
export const proRata: QueueModel = {
  name: 'pro-rata',
  join: (displayed): SharedPlace => ({
    ahead: displayed,
    traded: 0,
    moment: 0,
    displayed,
    most: displayed,
    mostBefore: 0,
    until: -1,
  }),
  onPrint(place: SharedPlace, _size: Size, at: Micros): void {
    const moment = millisecond(at);
    if (moment > place.moment) {
      place.moment = moment;
      place.most = place.displayed;
    }
    if (moment > place.until) place.mostBefore = 0;
    place.ahead = Math.max(place.most, place.mostBefore);
    // Where the print does not say when it was, the next one begins with what is displayed from now on.
    if (at === 0) {
      place.most = place.displayed;
      place.mostBefore = 0;
    }
  },
  onReached(place: SharedPlace): void {
    place.ahead = 0;
  },
  onLevel(place: SharedPlace, before: Size, after: Size, at: Micros): void {
    const moment = millisecond(at);
    if (moment > place.moment) {
      place.mostBefore = Math.max(place.mostBefore, place.most);
      place.until = place.moment;
      place.moment = moment;
      place.most = before;
    }
    place.most = Math.max(place.most, after);
    place.displayed = after;
    place.ahead = after;
  },
  share: ({ ahead }, size, ours, own) => (size * ours) / (ahead + own),
};
