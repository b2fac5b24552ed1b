/** The process that makes the runs of a lane, one after the other; see `lanes.ts`. It ends when its parent lets go of it. */
import { type Job, play } from './play.ts';

process.on('message', async (job: Job) => {
  const answer = await play(job).then(
    (outcome) => ({ outcome }),
    (error: Error) => ({ error: error.message.replaceAll('\n', ' ') }),
  );
  process.send?.(answer);
});
