import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.ts';
import type { Job } from './play.ts';

type Answer = { readonly outcome: Outcome } | { readonly error: string };

/**
 * Each job in a process of its own: a strategy that leaves something behind, or brings its process down, does nothing to
 * the next case. The signal ends those that run.
 */
export function playInProcess(job: Job, signal?: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child: ChildProcess = fork(workerFile(), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let answer: Answer | undefined;
    const stop = () => child.kill();
    signal?.addEventListener('abort', stop);
    child.once('message', (given: Answer) => {
      answer = given;
    });
    child.once('error', reject);
    child.once('exit', (code, killedBy) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(signal.reason);
      else if (answer && 'outcome' in answer) resolve(answer.outcome);
      else reject(new Error(answer?.error ?? `its process ended without an answer (${killedBy ?? `code ${code}`})`));
    });
    child.send(job);
  });
}

/** Works on all items, `lanes` of them at a time, begun in their order. */
export async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

/** Node 20 runs no TypeScript: from src/ the built file is used, which `npm test` has built before. */
function workerFile(): string {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/verify/worker.js' : './worker.js';
  return fileURLToPath(new URL(built, import.meta.url));
}
