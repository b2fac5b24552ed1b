import type { Strategy } from '../market/strategy.ts';

type Handlers = { [name in keyof Strategy]?: (...values: never[]) => void };

/** The same strategy; the first error that one of its handlers throws goes to `failed`, and none is called after it. */
export function guarded(strategy: Strategy, failed: (error: unknown) => void): Strategy {
  let hasFailed = false;
  const guard: Handlers = {};
  const handlers = strategy as Handlers;
  for (const name of handlerNames) {
    if (handlers[name] === undefined) continue;
    guard[name] = (...values) => {
      if (hasFailed) return;
      try {
        handlers[name]?.(...values);
      } catch (error) {
        hasFailed = true;
        failed(error);
      }
    };
  }
  return guard as Strategy;
}

const handlerNames: readonly (keyof Strategy)[] = [
  'onStart',
  'onInstrument',
  'onBook',
  'onQuote',
  'onTrade',
  'onBar',
  'onSeries',
  'onLifecycle',
  'onGap',
  'onTimer',
  'onOrder',
  'onFill',
  'onWork',
  'onAnswer',
  'onEnd',
];
