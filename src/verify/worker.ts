/** The process that makes the run of one case; see `lanes.ts`. */
import { type Job, play } from './play.ts';

process.once('message', async (job: Job) => {
  const answer = await play(job).then(
    (outcome) => ({ outcome }),
    (error: Error) => ({ error: error.message.replaceAll('\n', ' ') }),
  );
  process.send?.(answer, () => process.disconnect());
});
