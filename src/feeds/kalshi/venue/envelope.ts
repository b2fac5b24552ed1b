/**
 * Writes other numbers into a message's envelope and leaves every other byte as it was: a client shall see what the
 * exchange wrote, also where another JSON writer would have written it differently.
 *
 * `text` is a JSON object which has all keys of `values` at its top level.
 */
export function renumber(text: string, values: Readonly<Record<string, number>>): string {
  let left = Object.keys(values).length;
  let out = '';
  let copied = 0;
  let depth = 0;
  let key: string | undefined;
  let value: number | undefined;
  const marks = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  for (let found = marks.exec(text); found && left > 0; found = marks.exec(text)) {
    const [mark] = found;
    const isTop = depth === 1;
    if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
    if (!isTop) continue;
    if (mark === ':') {
      value = values[key ?? ''];
      if (value !== undefined) out += text.slice(copied, marks.lastIndex) + value;
    } else if (mark === ',' || mark === '}') {
      if (value !== undefined) {
        copied = found.index;
        left--;
      }
      key = undefined;
      value = undefined;
    } else if (mark[0] === '"') key ??= mark.slice(1, -1);
  }
  return out + text.slice(copied);
}
