import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Control } from '../market/frame.ts';
import { Refusal, type Site } from '../recorder/http.ts';
import { Metrics } from '../recorder/metrics.ts';
import { livePage } from './page.ts';
import { sessionStates } from './state-machine.ts';
import type { SessionStatus } from './status.ts';

const amount = (text: string | undefined): number => (text === undefined ? Number.NaN : Number(text));

const metrics = new Metrics<SessionStatus>('truetape_session', [
  ['state', `What it is doing: ${sessionStates.join(', ')} are 0, 1, ..`, ({ state }) => sessionStates.indexOf(state)],
  ['healthy', '1 in READY and ACTING', ({ isWell }) => (isWell ? 1 : 0)],
  ['degraded_parts', 'Parts that do not work', ({ parts }) => parts.filter(({ trouble }) => trouble !== '').length],
  ['halted', '1 while trading is halted', ({ halted }) => (halted === null ? 0 : 1)],
  ['stopped', '1 when the strategy was stopped', ({ stopped }) => (stopped === null ? 0 : 1)],
  ['cash', 'Free cash', ({ money }) => amount(money?.cash)],
  ['equity', 'Cash and positions', ({ money }) => amount(money?.equity)],
  ['profit', 'Equity less the cash at the start', ({ money }) => amount(money?.profit)],
  ['fees', 'Fees paid', ({ money }) => amount(money?.fees)],
  ['positions', 'Instruments held', ({ positionCount }) => positionCount],
  ['open_orders', 'Orders that are not final', ({ orderCount }) => orderCount],
  ['decisions', 'Decisions', ({ counts }) => counts.decisions],
  ['orders_placed', 'Orders sent to the venue', ({ counts }) => counts.placed],
  ['orders_cancelled', 'Orders cancelled', ({ counts }) => counts.cancelled],
  ['orders_filled', 'Orders filled whole', ({ counts }) => counts.filled],
  ['orders_rejected', 'Orders refused by the venue', ({ counts }) => counts.rejected],
  ['orders_blocked', 'Orders refused by the risk gate', ({ counts }) => counts.blocked],
  ['fills', 'Fills', ({ counts }) => counts.fills],
  ['step_median_seconds', 'What the engine takes for a frame', ({ steps }) => (steps.medianMs ?? Number.NaN) / 1000],
  ['step_p99_seconds', 'The same, for the slowest in a hundred', ({ steps }) => (steps.p99Ms ?? Number.NaN) / 1000],
  ['slow_steps', "Frames over the strategy's budget", ({ steps }) => steps.slow],
  ['frames', 'Frames on the tape', ({ feed }) => feed?.frames ?? Number.NaN],
  ['frames_per_second', 'Frames a second over the last ten seconds', ({ feed }) => feed?.framesPerSecond ?? Number.NaN],
  ['last_frame_seconds', 'Age of the last frame', ({ feed }) => feed?.lastFrameSeconds ?? Number.NaN],
  ['gaps', "Holes in the venue's numbering", ({ feed }) => feed?.gaps ?? Number.NaN],
  ['reconnects', 'Times that a connection was opened again', ({ feed }) => feed?.reconnects ?? Number.NaN],
  ['connected', 'Connections that are open', ({ feed }) => feed?.connections.filter((c) => c.connected).length ?? 0],
]);

const haltSchema = z.strictObject({
  reason: z.string().trim().min(1).max(500).default('by HTTP'),
  flatten: z.boolean().optional(),
});
const resumeSchema = z.strictObject({});

interface LiveSiteOptions {
  readonly status: () => SessionStatus;
  readonly live: (socket: WebSocket) => void;
  /** Throws when nothing can be decided now. */
  readonly control: (control: Control) => void;
}

/** What a paper session tells over HTTP, and its kill switch. */
export function liveSite({ status, live, control }: LiveSiteOptions): Site<SessionStatus> {
  return {
    page: livePage,
    metrics,
    status,
    health() {
      const { isWell, health } = status();
      return { isWell, line: health };
    },
    live,
    actions: {
      '/halt': (request) => {
        const { reason, flatten } = parsed(haltSchema, request, '{"reason": "..", "flatten": true}');
        control({ kind: 'halt', reason, flatten });
        return 'halted; POST /resume ends it';
      },
      '/resume': (request) => {
        parsed(resumeSchema, request, '{}');
        control({ kind: 'resume' });
        return 'resumed';
      },
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, request: unknown, wanted: string): T {
  const { success, data } = schema.safeParse(request);
  if (!success) throw new Refusal(400, `write ${wanted}, or nothing; a reason has 500 characters at most`);
  return data;
}
