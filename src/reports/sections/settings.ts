import { count, duration, time } from '../format.ts';
import { html, table } from '../markup.ts';
import type { RunReport } from '../run-report.ts';
import type { Section } from '../section.ts';

/** What would make the same run again, and the digest by which to know it. */
export function settings({ analysis }: RunReport): Section {
  const { manifest } = analysis.data;
  const { strategy, tapes, settlements, ownOrders } = manifest;
  const run: (readonly [string, string])[] = [
    ['mode', manifest.mode],
    ['strategy', strategy.name],
    ['code (sha256)', strategy.codeSha256 ?? 'shipped with this version'],
    ['version', manifest.createdBy],
    ['traded from (UTC)', time(manifest.from)],
    ['traded to (UTC)', time(manifest.to)],
    ['length', duration(manifest.to - manifest.from)],
    ['market events', count(manifest.events)],
    ['seed', manifest.seed],
    ['digest', manifest.digest],
  ];
  const groups: (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['Run', run],
    ['Tape (sha256)', tapes.map(({ name, sha256 }) => [name, sha256])],
    ['Settlements (sha256)', settlements ? [[settlements.name, settlements.sha256]] : []],
    ['Own orders taken out (sha256)', ownOrders ? [[ownOrders.name, ownOrders.sha256]] : []],
    ['Parameter', flat(manifest.parameters)],
    ['Configuration', flat(manifest.config)],
  ];
  return {
    name: 'settings',
    title: 'Settings and digest',
    html: html`${table(
      'What would make the same run again',
      [{ title: 'Group' }, { title: 'Name' }, { title: 'Value', kind: 'prose' }],
      groups.flatMap(([group, pairs]) =>
        pairs.map(([name, value], i) => [i === 0 ? group : '', name, html`<span class="setting">${value}</span>`]),
      ),
    )}<p class="note">The digest is taken over decisions, orders, fills and equity: the same tapes, settings, seed and version give the same one.</p>`,
    charts: [],
  };
}

/** Nested settings as one list: latency.entryMs. In order of the names, whatever order they were written in. */
function flat(value: unknown, path = ''): (readonly [string, string])[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, inner]) => flat(inner, path === '' ? name : `${path}.${name}`));
}
