import { UNSEEN_ORDER } from '../../market/event.ts';
import type { QueueModel, QueuePlace } from '../../market/venue.ts';

interface FifoPlace extends QueuePlace {
  /** Orders up to this number joined before us. */
  readonly last: number;
  /** The level has been out of view: orders may have joined behind us that the feed has not told of. */
  lostSight: boolean;
}

/**
 * For feeds that tell of each order: who is ahead is known. What leaves the level before us brings us on, and an
 * execution of an order that joined after us would have been ours. Where the feed does not say whose the change is, only
 * trades bring us on, and no more can be ahead than is displayed.
 */
export const fifo: QueueModel = {
  name: 'fifo',
  join: (displayed, lastOrder): FifoPlace => ({ ahead: displayed, traded: 0, last: lastOrder, lostSight: false }),
  onPrint(place: FifoPlace, size, _at, order) {
    const who = whereabouts(place, order);
    if (who === 'behind') place.ahead = -size;
    else if (who === 'unknown') place.ahead -= size;
    // What was ahead comes off with the change of the level that follows.
  },
  onReached(place) {
    place.ahead = 0;
  },
  onLevel(place: FifoPlace, before, after, _at, order) {
    if (order === 0) place.lostSight = true;
    else if (whereabouts(place, order) === 'ahead') place.ahead += after - before;
    place.ahead = Math.max(0, Math.min(place.ahead, after));
  },
};

function whereabouts({ last, lostSight }: FifoPlace, order: number): 'ahead' | 'behind' | 'unknown' {
  if (order === 0) return 'unknown';
  // Only orders from before the recording, or from out of its view, have not been seen to join.
  if (order === UNSEEN_ORDER) return lostSight ? 'unknown' : 'ahead';
  return order > last ? 'behind' : 'ahead';
}
