import { parse } from 'yaml';
import { parseTime } from '../market/units.ts';

/** Each name=value; the value is read as YAML does, so 5 is a number and yes80 a text. */
export function parameters(texts: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at <= 0 || at === text.length - 1) throw new Error(`--param ${text}: write name=value`);
    const name = text.slice(0, at);
    if (name in values) throw new Error(`--param ${text}: ${name} is given already`);
    try {
      values[name] = parse(text.slice(at + 1));
    } catch (error) {
      throw new Error(`--param ${text}: cannot be read: ${(error as Error).message.split('\n', 1)[0]}`);
    }
  }
  return values;
}

export function time(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseTime(text);
  if (Number.isNaN(parsed)) throw new Error(`${option} ${text}: write a time such as 2026-05-13T18:10:00Z`);
  return parsed;
}

/** Of `--for`. */
export function milliseconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
  if (!match) throw new Error(`--for ${text}: write a time such as 90s, 30m or 8h`);
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
}
