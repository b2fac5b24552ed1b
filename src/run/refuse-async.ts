import type { SourceMap } from 'node:module';
import { basename } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly async?: boolean;
}

/**
 * Throws where a strategy's own files wait for something: what follows would run between two frames, and not between the
 * same two in a replay. Code of packages may have such functions; without `Promise` they cannot wait.
 */
export function refuseAsync(code: string, map: SourceMap): void {
  visit(parseAst(code) as unknown as Node, ({ start, type, async }) => {
    if (!async && type !== 'AwaitExpression' && type !== 'ImportExpression') return;
    const { source, line } = originOf(code, start, map);
    if (source.includes('node_modules')) return;
    const what = type === 'ImportExpression' ? 'import()' : 'async code';
    throw new Error(
      `${what} is not for strategies: use desk.ask(source, request) and onAnswer, or desk.wakeAt(time, tag) and onTimer (${basename(source)}:${line})`,
    );
  });
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') visit(child as Node, see);
    }
  }
}

/** The place in the file as it was written; lines from 1. */
function originOf(code: string, at: number, map: SourceMap): { source: string; line: number } {
  const before = code.slice(0, at).split('\n');
  const entry = map.findEntry(before.length - 1, before[before.length - 1].length);
  return 'originalSource' in entry
    ? { source: entry.originalSource, line: entry.originalLine + 1 }
    : { source: 'the bundle', line: before.length };
}
