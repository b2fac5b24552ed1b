/** What the name of a LOBSTER message file says: AAPL_2012-06-21_34200000_57600000_message_1.csv. */
export interface MessageFile {
  readonly symbol: string;
  /** Trading day in New York, YYYY-MM-DD. */
  readonly date: string;
  /** Levels a side that its messages are about. */
  readonly depth: number;
}

export function messageFile(name: string): MessageFile | undefined {
  const match = /(?:^|[_/])([A-Z][A-Z0-9.]*)_(\d{4}-\d\d-\d\d)_\d+_\d+_message_(\d+)\./.exec(name);
  return match && !Number.isNaN(Date.parse(match[2]))
    ? { symbol: match[1], date: match[2], depth: Number(match[3]) }
    : undefined;
}
