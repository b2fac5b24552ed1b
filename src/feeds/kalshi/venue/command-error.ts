/** The exchange's words for what is wrong with a command, by code; those of them that a replay can run into. */
const words: Readonly<Record<number, string>> = {
  1: 'Unable to process message',
  2: 'Params required',
  3: 'Channels required',
  4: 'Subscription IDs required',
  5: 'Unknown command',
  7: 'Unknown subscription ID',
  8: 'Unknown channel name',
  11: 'Invalid parameter',
  12: 'Exactly one subscription ID is required',
  13: 'Unsupported action',
  14: 'Market Ticker required',
  15: 'Action required',
  18: 'Command timeout',
  24: 'Index IDs required',
  28: 'Underlying tickers required',
};

export class CommandError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(words[code]);
    this.code = code;
  }
}
