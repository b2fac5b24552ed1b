/** The library's face: everything that a program or a strategy file may use. docs/library.md shows it at work. */
export { decoderFor } from './feeds/index.ts';
export type { Decoder, DecoderFactory, Frame, FrameBatch, FrameView } from './market/frame.ts';
export { Direction, textFrame } from './market/frame.ts';
export * from './market/index.ts';
export type { Journal, JournalRows, JournalTable } from './market/journal.ts';
export { importers } from './recorder/imports/index.ts';
export { Recorder } from './recorder/recorder.ts';
export { TapeServer } from './replay/server.ts';
export { buildReport } from './reports/report.ts';
export { type ReplayRunOptions, replayRun } from './run/replay-run.ts';
export { TapeEvents } from './tape/events.ts';
export { readJournal } from './tape/journal-read.ts';
export { type Retention, retain } from './tape/retention.ts';
export { type RunManifest, readRun } from './tape/run-file.ts';
export { openTape, type Tape } from './tape/tape.ts';
export { TapeWriter } from './tape/writer.ts';
export { type Verification, type VerifyOptions, verify } from './verify/verify.ts';
