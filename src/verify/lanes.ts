import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.ts';
import type { Job } from './play.ts';

type Answer = { readonly outcome: Outcome } | { readonly error: string };

/**
 * Processes that make runs, as many as are asked for at a time. A process serves one case after the other: to start one
 * takes as long as a small case. Every run loads its strategy anew; one that brings its process down fails its case alone.
 */
export class Lanes {
  readonly #signal: AbortSignal | undefined;
  /** Without work. */
  readonly #idle: ChildProcess[] = [];

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  play(job: Job): Promise<Outcome> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const child = this.#idle.pop() ?? start();
      const stop = () => child.kill();
      const ended = (code: number | null, killedBy: string | null) => {
        signal?.removeEventListener('abort', stop);
        reject(signal?.aborted ? signal.reason : new Error(`its process ended by ${killedBy ?? `code ${code}`}`));
      };
      signal?.addEventListener('abort', stop);
      child.once('exit', ended);
      child.once('message', (answer: Answer) => {
        signal?.removeEventListener('abort', stop);
        child.off('exit', ended);
        this.#idle.push(child);
        if ('outcome' in answer) resolve(answer.outcome);
        else reject(new Error(answer.error));
      });
      child.send(job, (error) => error && reject(error));
    });
  }

  close(): void {
    for (const child of this.#idle.splice(0)) child.disconnect();
  }
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
function start(): ChildProcess {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/verify/worker.js' : './worker.js';
  const file = fileURLToPath(new URL(built, import.meta.url));
  return fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}
