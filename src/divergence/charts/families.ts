/** Classes in families: few enough to be told apart by colour and shape. */
import type { DivergenceClass } from '../ledger.ts';

const families = [
  {
    name: 'inputs and settings',
    color: 'var(--loss)',
    shape: 'diamond',
    classes: ['config', 'opening', 'data.gap', 'data.payload', 'data.order', 'determinism'],
  },
  {
    name: 'decisions',
    color: 'var(--series-1)',
    shape: 'square',
    classes: ['decision.missing', 'decision.extra', 'decision.changed'],
  },
  {
    name: 'timing and price',
    color: 'var(--ask)',
    shape: 'triangle-up',
    classes: ['timing', 'price.latency', 'price.depth', 'liquidity'],
  },
  { name: 'refusals', color: 'var(--taker)', shape: 'cross', classes: ['reject', 'throttle', 'risk'] },
  { name: 'fills', color: 'var(--maker)', shape: 'circle', classes: ['fill.missed', 'fill.extra', 'fill.partial'] },
  {
    name: 'fees and valuation',
    color: 'var(--series-2)',
    shape: 'triangle-down',
    classes: ['fees', 'mark', 'settlement', 'cash'],
  },
] as const;

const familyByClass = new Map<string, string>(
  families.flatMap(({ name, classes }) => classes.map((each) => [each, name])),
);

export function familyOf(name: DivergenceClass): string {
  return familyByClass.get(name) ?? '';
}

const domain = families.map(({ name }) => name);
/** As many columns as a narrow page has room for. */
const legend = { columns: { expr: 'width < 500 ? 2 : 6' } } as const;
export const familyColor = {
  field: 'family',
  type: 'nominal',
  title: null,
  scale: { domain, range: families.map(({ color }) => color) },
  legend,
} as const;
export const familyShape = {
  field: 'family',
  type: 'nominal',
  title: null,
  scale: { domain, range: families.map(({ shape }) => shape) },
  legend,
} as const;
