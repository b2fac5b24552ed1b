/** Screens on sockets: a slow one skips, and holds up nobody. */
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { LiveScreens } from '../../src/live/live-screens.ts';

/** A socket that is done with a message when the test says so. */
class FakeSocket extends EventEmitter {
  readonly sent: string[] = [];
  bufferedAmount = 0;
  closedWith: number | undefined;
  isTerminated = false;
  #done: ((error?: Error) => void) | undefined;

  send(text: string, done: (error?: Error) => void): void {
    this.sent.push(text);
    this.#done = done;
  }

  through(error?: Error): void {
    this.#done?.(error);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

function open(screens: LiveScreens): FakeSocket {
  const socket = new FakeSocket();
  screens.add(socket as unknown as WebSocket);
  return socket;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('screens', () => {
  it('get the newest snapshot after the one under way; those between are dropped', () => {
    const screens = new LiveScreens();
    const [slow, fast] = [open(screens), open(screens)];
    for (let i = 0; i < 100; i++) {
      screens.publish(`snapshot ${i}`);
      fast.through();
    }
    slow.through();
    expect(fast.sent).toHaveLength(100);
    expect(slow.sent).toEqual(['snapshot 0', 'snapshot 99']);
    slow.through();
    expect(slow.sent).toHaveLength(2);
  });

  it('that take no message for half a minute are cut off', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const screens = new LiveScreens();
    const stuck = open(screens);
    screens.publish('one');
    clock.mockReturnValue(29_000);
    screens.publish('two');
    expect(stuck.isTerminated).toBe(false);
    clock.mockReturnValue(30_001);
    screens.publish('three');
    expect(stuck.isTerminated).toBe(true);
    expect(screens.count).toBe(0);
  });

  it('that fail or close are forgotten', () => {
    const screens = new LiveScreens();
    const [failing, closing, broken] = [open(screens), open(screens), open(screens)];
    screens.publish('one');
    failing.through(new Error('gone'));
    closing.emit('close');
    broken.emit('error', new Error('reset'));
    expect(screens.count).toBe(0);
  });

  it('are fifty at most', () => {
    const screens = new LiveScreens();
    for (let i = 0; i < 50; i++) open(screens);
    const late = open(screens);
    expect(late.closedWith).toBe(1013);
    expect(screens.count).toBe(50);
  });
});
