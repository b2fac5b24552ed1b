import type { RecorderStatus } from './health.ts';
import type { Site } from './http.ts';
import { Metrics } from './metrics.ts';
import { statusPage } from './status-page.ts';

const metrics = new Metrics<RecorderStatus>('truetape_recorder', [
  ['frames', 'Frames on the tape', ({ frames }) => frames],
  ['frames_per_second', 'Frames a second over the last ten seconds', ({ framesPerSecond }) => framesPerSecond],
  ['raw_bytes', 'Bytes of payload on the tape, before compression', ({ rawBytes }) => rawBytes],
  ['disk_bytes', 'Bytes of the tape on the disk', ({ diskBytes }) => diskBytes],
  ['disk_free_bytes', 'Room on the disk of the tape', ({ diskFreeBytes }) => diskFreeBytes ?? Number.NaN],
  ['gaps', "Holes in the venue's numbering", ({ gaps }) => gaps],
  ['reconnects', 'Times that a connection was opened again', ({ reconnects }) => reconnects],
  ['lag_seconds', "How late the recorder's own timers ran", ({ lagMs }) => lagMs / 1000],
  [
    'venue_lag_seconds',
    "Arrival less the venue's own times",
    ({ venueLagMs }) => (venueLagMs === null ? Number.NaN : venueLagMs / 1000),
  ],
  ['last_frame_seconds', 'Age of the last frame', ({ lastFrameSeconds }) => lastFrameSeconds ?? Number.NaN],
  [
    'connected',
    'Connections that are open',
    ({ connections }) => connections.filter(({ connected }) => connected).length,
  ],
]);

/** What a recorder tells over HTTP. */
export function recorderSite(status: () => RecorderStatus): Site<RecorderStatus> {
  return {
    page: statusPage,
    metrics,
    status,
    health() {
      const { trouble } = status();
      return { isWell: trouble === '', line: trouble || 'ok' };
    },
  };
}
