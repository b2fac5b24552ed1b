import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const benchmark = fileURLToPath(new URL('../../benchmarks/kill9.mjs', import.meta.url));

describe('a writer that is killed again and again', () => {
  it('loses no frame that it flushed, doubles none, and keeps the order', () => {
    // Real processes and real kills; the seed gives about six within the time. What was flushed depends on the machine.
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [benchmark, '--seconds', '9', '--mean', '1.5', '--seed', '2'],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const counts = JSON.parse(stdout);
    console.log(stdout.trim());
    expect(counts.kills).toBeGreaterThan(2);
    expect(counts.flushed).toBeGreaterThan(0);
    for (const tape of [counts.asLeft, counts.closed]) {
      expect(tape).toMatchObject({ lost: 0, twice: 0, outOfOrder: 0 });
      expect(tape.frames).toBeGreaterThanOrEqual(counts.flushed);
    }
  });
});
