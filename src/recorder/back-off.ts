/** Waits between attempts: from the first to the longest, each twice the one before. */
export interface BackOff {
  readonly firstSeconds: number;
  readonly mostSeconds: number;
}

/** Milliseconds: 1 s, 2 s, 4 s ... 60 s, each with up to a quarter more, so that many recorders do not come back at once. */
export function waitAfter(failures: number, { firstSeconds, mostSeconds }: BackOff): number {
  const seconds = Math.min(mostSeconds, firstSeconds * 2 ** Math.max(0, failures - 1));
  return 1000 * seconds * (1 + Math.random() / 4);
}
