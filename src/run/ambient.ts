/**
 * What the names of the surroundings mean inside a user's strategy: the clock is the tape's, chance is the run's, and
 * what would reach outside is refused with the way to do it instead; `globalThis` has the same to offer. This guards
 * against mistakes: code that is set on it finds its way out of any function.
 */
import type { Rng } from '../market/rng.ts';
import type { Desk } from '../market/strategy.ts';

export interface Ambient {
  /** Values by the name under which strategy code sees them. */
  readonly names: Readonly<Record<string, unknown>>;
  /** Before a desk is bound, there is no time and no chance. */
  bind(desk: Desk): void;
}

export function createAmbient(): Ambient {
  let desk: Desk | undefined;
  let chance: Rng | undefined;
  const now = (): number => {
    if (!desk) throw new Error('there is no tape time while a strategy file is loading: read the clock in a handler');
    return desk.now / 1000;
  };
  class TapeDate extends Date {
    constructor(...parts: [] | [number | string | Date]) {
      if (parts.length === 0) super(now());
      else super(...parts);
    }
    static override now(): number {
      return Math.floor(now());
    }
  }
  const tapeMath = Object.defineProperties({}, Object.getOwnPropertyDescriptors(Math)) as Math;
  Object.defineProperty(tapeMath, 'random', {
    value: () => {
      if (!chance) throw new Error('there is no chance while a strategy file is loading: draw in a handler');
      return chance.unit();
    },
  });
  /** Formats tape time where it is not told which. */
  class TapeDateTimeFormat extends Intl.DateTimeFormat {
    constructor(...parts: ConstructorParameters<typeof Intl.DateTimeFormat>) {
      super(...parts);
      const { format } = this;
      Object.defineProperty(this, 'format', { value: (time: Date | number = now()) => format(time) });
    }
    override formatToParts(time: Date | number = now()) {
      return super.formatToParts(time);
    }
  }
  const tapeIntl = Object.defineProperties({}, Object.getOwnPropertyDescriptors(Intl)) as typeof Intl;
  Object.defineProperty(tapeIntl, 'DateTimeFormat', { value: TapeDateTimeFormat });
  const later = 'use desk.wakeAt(time, tag) and onTimer';
  const outside = 'use desk.ask(source, request) and onAnswer, so that the answer comes over the tape';
  const seeded = 'use desk.rng';
  const replaced = {
    Date: TapeDate,
    Math: tapeMath,
    Intl: tapeIntl,
    performance: { now },
    crypto: refused('crypto', seeded),
    setTimeout: refused('setTimeout', later),
    setInterval: refused('setInterval', later),
    setImmediate: refused('setImmediate', later),
    queueMicrotask: refused('queueMicrotask', later),
    Promise: refused('Promise', outside),
    fetch: refused('fetch', outside),
    WebSocket: refused('WebSocket', outside),
    process: undefined,
  };
  const surroundings: object = Object.create(globalThis);
  const names = { ...replaced, globalThis: surroundings, global: surroundings };
  Object.defineProperties(surroundings, Object.getOwnPropertyDescriptors(names));
  return {
    names,
    bind(bound) {
      desk = bound;
      chance = bound.rng.split('Math.random');
    },
  };
}

/** Throws when it is called, made anew or looked into; packages may ask whether something is an instance of it. */
function refused(name: string, instead: string): unknown {
  function refuse(): never {
    throw new Error(`${name} is not for strategies: ${instead}`);
  }
  return new Proxy(refuse, {
    construct: refuse,
    get: (_, key) => (key === Symbol.hasInstance ? () => false : refuse()),
  });
}
