/** Where a session stands, and how it comes from one state to the next. */
import { describe, expect, it } from 'vitest';
import { Monitor, type Part } from '../../src/live/monitor.ts';
import { StateMachine } from '../../src/live/state-machine.ts';
import type { ConnectionReport } from '../../src/recorder/health.ts';

const START = Date.parse('2026-05-13T18:00:00Z');
const socket: ConnectionReport = { connected: true, opened: 1, frames: 9, gaps: 0, heardSeconds: 0, trouble: '' };
const away = { ...socket, connected: false };

describe('the states', () => {
  it('have time-outs, but for READY', () => {
    let now = START;
    const machine = new StateMachine(() => now);
    now += 30_000;
    expect(machine.overdue).toBeUndefined();
    now += 1;
    expect(machine.overdue).toBe('STARTUP for more than 30 s');
    for (const state of ['INITIALIZING', 'ORDERBOOK_CONNECT', 'READY'] as const) machine.to(state, '');
    now += 365 * 86_400_000;
    expect(machine.overdue).toBeUndefined();
  });

  it('come in their order only', () => {
    const machine = new StateMachine(() => START);
    expect(() => machine.to('READY', 'too early')).toThrow('a session cannot go from STARTUP to READY: too early');
    machine.to('SHUTDOWN', 'stopped');
    expect(() => machine.to('READY', 'again')).toThrow();
  });

  it('leave a history that stays small when two of them alternate', () => {
    let now = START;
    const machine = new StateMachine(() => now);
    for (const state of ['INITIALIZING', 'ORDERBOOK_CONNECT', 'READY'] as const) machine.to(state, state);
    for (let i = 0; i < 1000; i++) {
      now += 1000;
      machine.to('ACTING', 'sent');
      machine.to('READY', 'answered');
    }
    expect(machine.history).toHaveLength(5);
    expect(machine.history.slice(-2)).toEqual([
      { from: 'READY', to: 'ACTING', reason: 'sent', at: '2026-05-13T18:16:40.000Z', times: 1000 },
      { from: 'ACTING', to: 'READY', reason: 'answered', at: '2026-05-13T18:16:40.000Z', times: 1000 },
    ]);
    for (let i = 0; i < 1000; i++) {
      machine.to('ACTING', `sent ${i}`);
      machine.to('READY', `answered ${i}`);
    }
    expect(machine.history).toHaveLength(100);
  });
});

describe('the monitor', () => {
  function watch() {
    const world = {
      now: START,
      parts: [] as Part[],
      connections: [socket] as ConnectionReport[],
      unanswered: undefined as number | undefined,
    };
    const errors: string[] = [];
    const monitor = new Monitor({
      parts: () => world.parts,
      connections: () => world.connections,
      unanswered: () => world.unanswered,
      onError: (text) => errors.push(text),
      now: () => world.now,
    });
    const look = () => {
      monitor.look();
      return monitor.machine.state;
    };
    return { world, errors, monitor, look };
  }

  function ready() {
    const watched = watch();
    watched.monitor.initialize();
    watched.monitor.goLive();
    expect(watched.look()).toBe('READY');
    return watched;
  }

  it('is READY when the state is there and the venue is heard', () => {
    const { world, monitor, look } = watch();
    world.connections = [{ ...away, frames: 0 }];
    expect(monitor.health).toEqual({ isWell: false, line: 'STARTUP: not yet ready' });
    monitor.initialize();
    expect(look()).toBe('INITIALIZING');
    monitor.goLive();
    expect(look()).toBe('ORDERBOOK_CONNECT');
    world.connections = [socket];
    expect(look()).toBe('READY');
    expect(monitor.health).toEqual({ isWell: true, line: 'ok' });
  });

  it('is ACTING while a request is not answered, and in ERROR when it never is', () => {
    const { world, errors, look } = ready();
    world.unanswered = 1;
    expect(look()).toBe('ACTING');
    world.unanswered = 2;
    expect(look()).toBe('READY');
    expect(look()).toBe('ACTING');
    world.now += 60_001;
    expect(look()).toBe('ERROR');
    expect(look()).toBe('ERROR');
    world.unanswered = undefined;
    expect(look()).toBe('READY');
    expect(errors).toEqual(['error: ACTING for more than 60 s']);
  });

  it('is in ERROR while a critical part does not work, and recovers by itself', () => {
    const { world, errors, monitor, look } = ready();
    world.parts = [{ name: 'http', isCritical: true, trouble: 'the port is closed' }];
    expect(look()).toBe('ERROR');
    expect(monitor.health).toEqual({ isWell: false, line: 'ERROR: http: the port is closed' });
    world.now += 300_001;
    expect(look()).toBe('ERROR');
    expect(look()).toBe('ERROR');
    expect(errors).toEqual(['error: http: the port is closed', 'ERROR for more than 300 s: http: the port is closed']);
    world.parts = [];
    world.connections = [away];
    expect(look()).toBe('ORDERBOOK_CONNECT');
    world.connections = [socket];
    expect(look()).toBe('READY');
  });

  it('goes on degraded without another part', () => {
    const { world, errors, monitor, look } = ready();
    world.parts = [{ name: 'alerts', isCritical: false, trouble: 'status 500' }];
    expect(look()).toBe('READY');
    expect(monitor.health).toEqual({ isWell: true, line: 'degraded: alerts: status 500' });
    world.parts = [];
    expect(monitor.health.line).toBe('ok');
    expect(errors).toEqual([]);
  });

  it('takes a state that comes late, after a long tape was played again', () => {
    const { world, monitor, look } = watch();
    monitor.initialize();
    world.now += 60_001;
    expect(look()).toBe('ERROR');
    expect(look()).toBe('ERROR');
    monitor.goLive();
    expect(look()).toBe('READY');
  });

  it('says when nobody is heard for two minutes', () => {
    const { world, monitor, look } = watch();
    world.connections = [{ ...away, frames: 0 }];
    monitor.initialize();
    monitor.goLive();
    world.now += 120_001;
    expect(look()).toBe('ERROR');
    expect(look()).toBe('ERROR');
    world.connections = [socket];
    expect(look()).toBe('READY');
  });

  it('stays in SHUTDOWN', () => {
    const { monitor, look } = ready();
    monitor.shutDown('it was stopped');
    monitor.shutDown('again');
    monitor.goLive();
    expect(look()).toBe('SHUTDOWN');
    expect(monitor.health).toEqual({ isWell: false, line: 'SHUTDOWN: it was stopped' });
  });
});
