/** Shipped strategies, by hand. */
import type { StrategyDefinition } from '../market/strategy.ts';
import { hold } from './hold.ts';
import { paperTest } from './paper-test.ts';
import { rlmNo } from './rlm-no.ts';
import { spreadCapture } from './spread-capture.ts';
import { whaleFollower } from './whale-follower.ts';
import { yes8090 } from './yes-80-90.ts';

export const shippedStrategies: readonly StrategyDefinition[] = [
  hold,
  paperTest,
  rlmNo,
  spreadCapture,
  whaleFollower,
  yes8090,
] as readonly StrategyDefinition[];
