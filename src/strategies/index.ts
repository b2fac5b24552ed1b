/** Shipped strategies, by hand. */
import type { StrategyDefinition } from '../market/strategy.ts';
import { hold } from './hold.ts';
import { paperTest } from './paper-test.ts';
import { spreadCapture } from './spread-capture.ts';
import { yes8090 } from './yes-80-90.ts';

export const shippedStrategies: readonly StrategyDefinition[] = [
  hold,
  paperTest,
  spreadCapture,
  yes8090,
] as readonly StrategyDefinition[];
