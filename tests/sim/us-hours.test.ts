import { describe, it } from 'vitest';
import { parseTime } from '../../src/market/units.ts';
import { usEquityHours } from '../../src/sim/venues/us-equities.ts';
import { share } from '../support/instruments.ts';
import { expectScenario, type ScenarioOptions } from './scenario.ts';

const at = (time: string, sessions: 'regular' | 'extended'): ScenarioOptions => ({
  instrument: share(),
  start: parseTime(time),
  rules: { hours: usEquityHours(sessions), resumeCancels: false },
});

describe('shares outside of trading hours', () => {
  it('take no orders before the open, and all of them from then on (9:30 in New York in winter)', () => {
    expectScenario(
      `
      0.000 quote bid 5.00x100 ask 5.02x100
      9.999 buy 10 @5.00
      -> #1 rejected market_closed
      10.000 buy 10 @5.02
      -> #2 accepted ahead 0
      -> #2 bought 10 @5.02 taker walked_depth of 100
    `,
      at('2026-01-15T14:29:50Z', 'regular'),
    );
  });

  it('let orders rest over the close, and fill nothing by prints of the evening', () => {
    expectScenario(
      `
      0.000 quote bid 5.00x100 ask 5.02x100
      0.100 buy 10 @5.01
      -> #1 accepted ahead 0
      9.999999 trade sell 4 @5.00
      -> #1 bought 4 @5.01 maker printed_through ahead 0 then 0 of 4
      10.000 trade sell 100 @4.90
      10.100 buy 10 @5.02
      -> #2 rejected market_closed
      10.200 cancel #1
      -> #1 cancelled requested
    `,
      at('2026-07-15T19:59:50Z', 'regular'),
    );
  });

  it('are closed on holidays, and from 13:00 on the day after Thanksgiving', () => {
    for (const time of ['2026-07-03T15:00:00Z', '2026-11-27T18:00:00Z', '2026-11-28T15:00:00Z']) {
      expectScenario(
        `
        0.000 quote bid 5.00x100 ask 5.02x100
        0.100 buy 10 @5.00
        -> #1 rejected market_closed
      `,
        at(time, 'regular'),
      );
    }
  });

  it('with extended hours take limit orders from 4:00 to 20:00, and fill them', () => {
    for (const time of ['2026-01-15T09:00:00Z', '2026-01-16T00:59:00Z']) {
      expectScenario(
        `
        0.000 quote bid 5.00x100 ask 5.02x100
        0.100 buy 10 @5.02
        -> #1 accepted ahead 0
        -> #1 bought 10 @5.02 taker walked_depth of 100
        0.200 buy 10 market
        -> #2 rejected not_supported
      `,
        at(time, 'extended'),
      );
    }
    for (const time of ['2026-01-15T08:59:00Z', '2026-01-16T01:00:00Z']) {
      expectScenario(
        `
        0.000 quote bid 5.00x100 ask 5.02x100
        0.100 buy 10 @5.02
        -> #1 rejected market_closed
      `,
        at(time, 'extended'),
      );
    }
  });

  it('after a halt orders go on resting; in it nothing fills', () => {
    expectScenario(
      `
      0.000 quote bid 5.00x100 ask 5.02x100
      0.100 buy 10 @5.01
      -> #1 accepted ahead 0
      0.200 pause
      0.300 trade sell 100 @4.90
      0.400 resume
      0.500 trade sell 4 @5.01
      -> #1 bought 4 @5.01 maker printed_at_price ahead 0 then 0 of 4
    `,
      at('2026-01-15T15:00:00Z', 'regular'),
    );
  });
});
