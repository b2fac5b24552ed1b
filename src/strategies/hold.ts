import { z } from 'zod';
import { defineStrategy } from '../market/strategy.ts';

/** Does nothing: the baseline of every comparison, and the measure of what the engine itself costs. */
export const hold = defineStrategy({
  name: 'hold',
  description: 'Does nothing. The baseline.',
  parameters: z.object({}),
  create: () => ({}),
});
