/** What was decided outside, on the tape: the gate does it when the frame comes. */
import { describe, expect, it } from 'vitest';
import { ControlCode, EventKind } from '../../src/market/event.ts';
import type { Control } from '../../src/market/frame.ts';
import type { EventScript, Row } from '../support/events.ts';
import { quiet, rain, refusals, rest, SECOND, session, sessionNotes, take } from './session.ts';

const control = (given: Control): Row => ({
  kind: EventKind.control,
  instrument: -1,
  side: 0,
  price: 0,
  size: 0,
  code: ControlCode[given.kind],
  flags: 0,
  text: JSON.stringify(given),
});

/** Quiet markets with a control frame at each of these seconds. */
function withControls(...controls: readonly (readonly [second: number, given: Control])[]): EventScript {
  const script = quiet();
  for (const [second, given] of controls) script.frame(second * SECOND, control(given));
  return script;
}

const ends = (run: ReturnType<typeof session>) =>
  run.journal
    .rows('orders')
    .filter(({ step }) => step === 'ended')
    .map(({ time, state, reason }) => [time / SECOND, state, reason]);

describe('a control frame', () => {
  it('halt: cancels and refuses until the one that resumes, in a run without limits; positions stay', () => {
    const script = withControls([4, { kind: 'halt', reason: 'kill file' }], [6, { kind: 'resume' }]);
    const run = session(
      {},
      [
        [2, take(500)],
        [3, rest(100)],
        [5, rest(200)],
        [7, rest(300)],
      ],
      { script },
    );
    expect(ends(run)).toEqual([
      [4, 'cancelled', 'requested'],
      [5, 'rejected', 'risk_halted'],
      [8, 'cancelled', 'session_ended'],
    ]);
    expect(sessionNotes(run)).toEqual(['halted: kill file', 'resumed: halted is over']);
    expect(run.engine.desk.position(rain.id)).toBe(500);
  });

  it('halt: closes positions if it says so', () => {
    const script = withControls([4, { kind: 'halt', reason: 'kill file', flatten: true }]);
    const run = session(
      {},
      [
        [2, take(500)],
        [6, rest(100)],
      ],
      { script },
    );
    expect(run.engine.desk.position(rain.id)).toBe(0);
    expect(sessionNotes(run)).toEqual(['halted: kill file; positions are closed']);
  });

  it('halt: holds also when it comes before the strategy has started', () => {
    const script = withControls([2, { kind: 'halt', reason: 'early' }], [3, { kind: 'resume' }]);
    const halted = session({}, [[5, rest(100)]], {
      script: withControls([2, { kind: 'halt', reason: 'early' }]),
      startAt: 2 * SECOND,
    });
    expect(refusals(halted)).toEqual(['risk_halted']);
    expect(refusals(session({}, [[5, rest(100)]], { script, startAt: 2 * SECOND }))).toEqual([]);
  });

  it('limits: hold from then on; bad ones change nothing', () => {
    const script = withControls(
      [3, { kind: 'limits', limits: { orderSize: 5 } }],
      [5, { kind: 'limits', limits: { orderSize: 'many' } }],
      [7, { kind: 'limits', limits: {} }],
    );
    const large = rest(501);
    const run = session(
      {},
      [
        [2, large],
        [4, large],
        [4.5, rest(500)],
        [6, large],
        [8, large],
      ],
      { script },
    );
    expect(ends(run).filter(([, state]) => state === 'rejected')).toEqual([
      [4, 'rejected', 'risk_order_size'],
      [6, 'rejected', 'risk_order_size'],
    ]);
    expect(sessionNotes(run)).toEqual([
      'limits: orderSize none -> 5',
      'limits: refused: orderSize: Invalid input: expected number, received string',
      'limits: orderSize 5 -> none',
    ]);
  });
});
