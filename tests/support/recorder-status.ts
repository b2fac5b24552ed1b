import type { RecorderStatus } from '../../src/recorder/health.ts';

/** Of a recorder that is well. */
export const recorderStatus: RecorderStatus = {
  tape: 'tapes/tonight',
  feed: 'kalshi',
  markets: 2,
  startedAt: '2026-11-20T22:00:00.000Z',
  seconds: 3725,
  frames: 1_234_567,
  framesPerSecond: 99,
  rawBytes: 56_789_000,
  diskBytes: 4_567_000,
  diskFreeBytes: 79_700_000_000,
  diskTrouble: '',
  gaps: 0,
  reconnects: 0,
  lastFrameSeconds: 0.1,
  lagMs: 3,
  venueLagMs: 41.5,
  connections: [{ connected: true, opened: 1, frames: 1234, gaps: 0, heardSeconds: 0.1, trouble: '' }],
  trouble: '',
};
