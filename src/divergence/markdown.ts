/** A comparison in the Markdown that pull requests show. */
import { signedMoney } from '../reports/format.ts';
import { code, joined, plain, table, warningList } from '../reports/markdown-text.ts';
import { acrossFacts, classesTable, likenessFacts, samplesTable, sessionsTable } from './across-tables.ts';
import type { AcrossSessions } from './sessions.ts';
import { type Comparison, isIdentical } from './summary.ts';
import {
  type Cell,
  causesTable,
  differencesTable,
  doubtsOf,
  firstTables,
  GAP_PLACES,
  headFacts,
  namesOf,
  type ToldTable,
  totalsTable,
} from './tables.ts';

/** Reviewers read the costliest; the page and the JSON have more. */
const DIFFERENCES_MAX = 10;

/** Doubts, gap and score, classes and roots, causes, the first divergence, the costliest differences. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { divergence } = comparison;
  const { currency } = divergence.one;
  const [one, other] = namesOf(divergence);
  const first = firstTables(comparison);
  return `${joined([
    `## truetape compare: ${code(one)} against ${code(other)}`,
    isIdentical(comparison) ? 'Identical: the same orders, fills and money.' : '',
    warningList(doubtsOf(comparison)),
    factsTable(headFacts(divergence), currency),
    titled(totalsTable(divergence, 'class'), currency),
    titled(totalsTable(divergence, 'root'), currency),
    titled(causesTable(comparison), currency),
    ...(first
      ? [
          '### First divergence',
          factsTable(first.facts, currency),
          titled(first.fields, currency),
          titled(first.states, currency),
        ]
      : []),
    titled(differencesTable(divergence, DIFFERENCES_MAX), currency),
  ])}\n`;
}

/** Sessions together, class by class, what else is alike, and each. */
export function sessionsMarkdown(across: AcrossSessions): string {
  return `${joined([
    '## truetape compare: sessions',
    across.gap ? factsTable(acrossFacts(across.gap), undefined) : 'n/a: needs two sessions whose gaps differ',
    titled(classesTable(across), undefined),
    '### Fills, latency, price and risk',
    factsTable(likenessFacts(across), undefined),
    titled(samplesTable(across), undefined),
    titled(sessionsTable(across), undefined),
  ])}\n`;
}

/** Nothing for a table without rows. */
function titled(told: ToldTable | undefined, currency: string | undefined): string {
  if (told === undefined || told.rows.length === 0) return '';
  const { caption, columns, rows } = told;
  const grid = table(
    columns.map(({ title }) => title),
    rows.map((row) => row.map((cell) => cellText(cell, currency))),
    (column) => columns[column].kind === 'figures',
  );
  return joined([`### ${plain(caption)}`, grid]);
}

const factsTable = (facts: readonly (readonly [string, Cell])[], currency: string | undefined): string =>
  table(
    ['', ''],
    facts.map(([name, value]) => [plain(name), cellText(value, currency)]),
  );

const cellText = (cell: Cell, currency: string | undefined): string =>
  typeof cell === 'bigint' ? signedMoney(cell, currency, GAP_PLACES) : plain(cell);
