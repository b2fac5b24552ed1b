import { z } from 'zod';

/** An amount of money in settings; its decimals stay exact. */
export const amountSchema = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d+(\.\d{1,16})?$/.test(text), 'must be an amount of money such as 10000 or 12.50');
