/**
 * Writes other numbers into a message's envelope and leaves every other byte as it was: a client shall see what the
 * exchange wrote, also where another JSON writer would have written it differently.
 *
 * `text` is a JSON object which has all keys of `values` at its top level, each with a plain value.
 */
export function renumber(text: string, values: Readonly<Record<string, number>>): string {
  const marks = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  const plainValue = /(\s*)[^\s,}]+/y;
  let left = Object.keys(values).length;
  let out = '';
  let copied = 0;
  let depth = 0;
  let key: string | undefined;
  for (let found = marks.exec(text); found && left > 0; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
    else if (depth > 1) continue;
    else if (mark === ',') key = undefined;
    else if (mark !== ':') key ??= mark.slice(1, -1);
    else if (key !== undefined && Object.hasOwn(values, key)) {
      plainValue.lastIndex = marks.lastIndex;
      const blanks = plainValue.exec(text)?.[1] ?? '';
      out += text.slice(copied, marks.lastIndex) + blanks + values[key];
      copied = plainValue.lastIndex;
      left--;
    }
  }
  return out + text.slice(copied);
}
