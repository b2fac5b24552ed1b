/** What a verification found, in the forms that others read. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import xmlbuilder from 'xmlbuilder';
import { formatTime } from '../market/units.ts';
import { joined, plain, table as textTable } from '../reports/markdown-text.ts';
import { html, Markup, table } from '../reports/markup.ts';
import { style } from '../reports/style.ts';
import type { RunDifference } from '../tape/run-difference.ts';
import { budgetText, changeText, type Verdict } from './verdict.ts';
import type { SuiteVerdict, Verification } from './verify.ts';

/** All of them in one folder. */
export async function writeArtefacts(verification: Verification, folder: string): Promise<readonly string[]> {
  const files: Readonly<Record<string, string>> = {
    'verify.json': `${JSON.stringify(verification, null, 2)}\n`,
    'junit.xml': junit(verification),
    'verify.md': markdown(verification),
    'verify.html': page(verification),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return Object.keys(files).map((name) => join(folder, name));
}

export const isGood = ({ problems }: Verdict): boolean => problems.length === 0;

/** "row 12 of orders at 2026-05-13T18:10:00Z, orderId 7": where two journals part. */
export function placeOf({ table: name, row, at, about }: RunDifference): string {
  const known = Object.entries(about).filter(([key, value]) => key !== 'time' && value !== null);
  return [`row ${row + 1} of ${name} at ${formatTime(at)}`, ...known.map(([key, value]) => `${key} ${value}`)].join(
    ', ',
  );
}

/** Both sides, by field: what was expected and what was found. */
export function sidesOf({ fields, missing }: RunDifference): readonly (readonly [string, string, string])[] {
  const side = (value: string | null, isMissing: boolean) => (isMissing ? '(no such row)' : (value ?? ''));
  return fields
    .filter(({ one, other }) => one !== null || other !== null)
    .map(({ name, one, other }) => [name, side(one, missing === 'one'), side(other, missing === 'other')]);
}

/** Everything that is to be said about a case, line by line. */
function linesOf({ problems, difference, changes, causes }: Verdict): string[] {
  return [
    ...problems,
    ...(difference ? [`first difference: ${placeOf(difference)}`] : []),
    ...(difference ? sidesOf(difference).map(([name, one, other]) => `  ${name}: ${one} -> ${other}`) : []),
    ...changes.map((change) => `${change.key}: ${changeText(change)}${change.within ? ', within its tolerance' : ''}`),
    ...causes.map(({ kind, text }) => `likely cause: ${kind}: ${text}`),
  ];
}

export function junit({ suites }: Verification): string {
  const root = xmlbuilder.create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '?' });
  for (const { suite, cases } of suites) {
    const failures = cases.filter((one) => !isGood(one) && one.status !== 'failed').length;
    const errors = cases.filter(({ status }) => status === 'failed').length;
    const time = cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
    const element = root.element('testsuite', { name: suite, tests: cases.length, failures, errors, time });
    for (const one of cases) {
      const test = element.element('testcase', { classname: suite, name: one.name, time: one.seconds.toFixed(3) });
      if (isGood(one)) continue;
      const kind = one.status === 'failed' ? 'error' : 'failure';
      test.element(kind, { type: one.status, message: one.problems[0] }, linesOf(one).join('\n'));
    }
  }
  return `${root.end({ pretty: true })}\n`;
}

/** For a comment at a pull request. */
export function markdown({ suites, good, engine }: Verification): string {
  return `${joined([
    `## truetape verify: ${good ? 'as expected' : 'not as expected'}`,
    ...suites.map(suiteMarkdown),
    `truetape ${engine.version}, code ${engine.sha256.slice(0, 12)}`,
  ])}\n`;
}

function suiteMarkdown({ suite, cases }: SuiteVerdict): string {
  const rows = cases.map((one) => [one.name, one.status, one.problems[0] ?? 'good', causeOf(one)]);
  return joined([
    `### ${plain(suite)}`,
    grid(['case', 'status', 'result', 'likely cause'], rows),
    ...cases.map(caseMarkdown),
  ]);
}

function caseMarkdown(one: Verdict): string {
  if (isGood(one) && one.status !== 'updated') return '';
  const { name, problems, difference, changes, causes } = one;
  const parts = [
    problems.map((problem) => `- ${plain(problem)}`).join('\n'),
    difference ? `First difference: ${plain(placeOf(difference))}` : '',
    difference ? grid(['field', 'expected', 'found'], sidesOf(difference)) : '',
    changes.length > 0 ? grid(changeHead, changes.map(changeRow)) : '',
    causes.map(({ kind, text }) => `- likely cause: **${kind}**: ${plain(text)}`).join('\n'),
  ];
  return joined([`#### ${plain(name)}`, ...parts]);
}

const grid = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  textTable(
    head,
    rows.map((row) => row.map(plain)),
    () => false,
  );

export const changeHead = ['figure', 'old', 'new', 'change', 'tolerance'];

export function changeRow({ key, old, new: now, change, within }: Verdict['changes'][number]): string[] {
  const figure = (value: number | null) => (value === null ? 'n/a' : String(Number(value.toPrecision(8))));
  return [key, figure(old), figure(now), change === null ? '' : figure(change), within ? 'within' : 'beyond'];
}

const causeOf = ({ causes: [cause] }: Verdict): string => (cause ? `${cause.kind}: ${cause.text}` : '');

/** One file that opens offline. */
export function page({ suites, good, engine }: Verification): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>truetape verify</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<div class="brand">truetape verify</div>
<h1>${good ? 'As expected' : 'Not as expected'}</h1>
<p class="about">truetape ${engine.version}, code <code>${engine.sha256.slice(0, 12)}</code></p>
${suites.map(suiteMarkup)}
</main>
</body>
</html>
`.text;
}

function suiteMarkup({ suite, cases }: SuiteVerdict): Markup {
  const columns = [
    { title: 'Case' },
    { title: 'Status' },
    { title: 'Result', kind: 'prose' as const },
    { title: 'Seconds', kind: 'figures' as const },
  ];
  const rows = cases.map((one) => [
    one.name,
    one.status,
    one.problems[0] ?? 'good',
    one.cached ? 'cached' : one.seconds.toFixed(2),
  ]);
  const told = cases.filter((one) => !isGood(one) || one.status === 'updated');
  return html`<section><h2>${suite}</h2>${table('Cases', columns, rows)}</section>
${told.map(caseMarkup)}`;
}

function caseMarkup({ name, status, problems, difference, changes, causes, budgets }: Verdict): Markup {
  const prose = (title: string) => ({ title, kind: 'prose' as const });
  return html`<section><h2>${name}: ${status}</h2>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
${difference ? table(`First difference: ${placeOf(difference)}`, ['Field', 'Expected', 'Found'].map(prose), sidesOf(difference)) : undefined}
${changes.length > 0 ? table('Figures', changeHead.map(prose), changes.map(changeRow)) : undefined}
${
  causes.length > 0
    ? table(
        'Likely causes',
        ['Kind', 'What'].map(prose),
        causes.map(({ kind, text }) => [kind, text]),
      )
    : undefined
}
${
  budgets.length > 0
    ? table(
        'Budgets',
        ['Met', 'Budget'].map(prose),
        budgets.map((budget) => [budget.met ? 'yes' : 'no', budgetText(budget)]),
      )
    : undefined
}
</section>`;
}
