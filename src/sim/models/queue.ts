import type { QueueModel } from '../../market/venue.ts';

/**
 * Only trades move the queue. Cancellations ahead of us happen, but a feed of price levels cannot tell them from
 * cancellations behind us, so none is credited: the most pessimistic of the usual models ("risk-averse").
 */
export const printsOnly: QueueModel = {
  name: 'prints-only',
  join: (displayed) => ({ ahead: displayed, traded: 0 }),
  onPrint: (place, size) => {
    place.ahead -= size;
    place.traded += size;
  },
  onLevel: (place) => {
    place.traded = 0;
  },
};
