/** What the JSON schemas of reports have in common. */
import { z } from 'zod';

export const text = z.string();
export const number = z.number();
export const whole = z.int().nonnegative();
export const exactMoney = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('exact, in units of the currency');
export const interval = z.tuple([number, number]).describe('95 % bounds');

/** For those who read the JSON with programs. */
export function outputSchemaOf(
  schema: z.ZodType,
  title: string,
  description: string,
): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-07' });
  return { $schema, title, description, ...rest };
}
