import { expect, it } from 'vitest';
import { tickSizes } from '../../src/reports/tick-size.ts';
import { binary, runData } from './run-data.ts';

it('a step is that of the price where prices near 0 and 1 are finer, and the finest where nobody says', () => {
  const ticks = [
    { from: '0.0000', to: '0.1000', step: '0.0010' },
    { from: '0.1000', to: '0.9000', step: '0.0100' },
    { from: '0.9000', to: '1.0000', step: '0.0010' },
  ];
  const { manifest } = runData(
    [],
    [{ ...binary('tapered'), tick: '0.0010', ticks }, { ...binary('even'), tick: '0.0010' }, binary('old')],
  );
  const tickOf = tickSizes(manifest);
  const at = (instrument: string) => [0.05, 0.5, 0.95].map((price) => tickOf(instrument, price * 1e8) / 1e8);
  expect(at('tapered')).toEqual([0.001, 0.01, 0.001]);
  expect(at('even')).toEqual([0.001, 0.001, 0.001]);
  expect(at('old')).toEqual([0.01, 0.01, 0.01]);
});
