import { createRequire } from 'node:module';

/** This package's version, as runs and tapes state it. */
export const VERSION = (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
