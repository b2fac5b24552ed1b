/**
 * The exchange against a second one, slow and obvious, that was written from the rules: 100,000 random commands, each
 * answer compared, and a hash of the whole state.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomSession, type Session } from './reference/commands.ts';
import { compare, shrink } from './reference/compare.ts';
import { told } from './reference/told.ts';

const SESSIONS = 100;
const COMMANDS = 1000;

it('the exchange answers as the reference does, whatever happens', () => {
  const seed = fc.readConfigureGlobal()?.seed;
  let answers = 0;
  for (let i = 0; i < SESSIONS; i++) {
    const session = randomSession(`${seed}/${i}`, COMMANDS);
    const outcome = compare(session);
    if ('command' in outcome)
      throw new Error(`FAST_CHECK_SEED=${seed}, session ${i}, command ${outcome.command}\n${story(session)}`);
    answers += outcome.answers;
  }
  expect(answers).toBeGreaterThan(SESSIONS * COMMANDS * 0.3);
});

function story(session: Session): string {
  const least = shrink(session);
  const outcome = compare(least, 1);
  const { exchange, reference } = outcome as Extract<typeof outcome, { command: number }>;
  return `${told(least)}\nthe exchange:\n${exchange}\nthe reference:\n${reference}`;
}
