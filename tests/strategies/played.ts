import type { z } from 'zod';
import type { StrategyDefinition } from '../../src/market/strategy.ts';
import { TestEngine, type TestEngineOptions } from '../support/engine.ts';
import type { EventScript } from '../support/events.ts';

/** Plays the script through a shipped strategy. */
export function played<P>(
  definition: StrategyDefinition<P>,
  parameters: z.input<typeof definition.parameters>,
  script: EventScript,
  options: TestEngineOptions = {},
) {
  const run = new TestEngine((desk) => definition.create(desk, definition.parameters.parse(parameters)), options);
  const { journal } = run.play(script.batch);
  return {
    /** What was decided and why. */
    decisions: journal.rows('decisions').map(({ action, reason }) => `${action}: ${reason}`),
    features: journal.rows('decisions').map(({ features }) => features),
    /** In YES terms, as the journal has them: buying NO is selling YES. */
    orders: journal
      .rows('orders')
      .filter(({ step }) => step === 'placed')
      .map(({ outcome, side, size, price, timeInForce }) => `${side} ${outcome} ${size} @${price} ${timeInForce}`),
    placed: journal.rows('orders').filter(({ step }) => step === 'placed'),
    fills: journal.rows('fills'),
  };
}
