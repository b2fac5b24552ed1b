import type { CommandModule } from 'yargs';
import { decoderFor, hasDecoder } from '../feeds/index.ts';
import { eventKindNames } from '../market/event.ts';
import type { Line } from '../market/frame.ts';
import { formatTime } from '../market/units.ts';
import { TapeEvents } from '../tape/events.ts';
import type { TapeHeader } from '../tape/header.ts';
import { openTape } from '../tape/tape.ts';
import { bytes, count, duration, facts, plural, print, printJson, table } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  tape: string;
  json: boolean;
}

export const inspectVerb: CommandModule<object, Arguments> = {
  command: 'inspect <tape>',
  describe: 'what is on a tape: feed, span, frames, instruments, gaps',
  builder: (yargs) =>
    yargs
      .positional('tape', { type: 'string', demandOption: true, describe: 'folder of the tape' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 inspect tapes/btc', '') as never,
  async handler({ tape: path, json }) {
    const tape = await openTape(path);
    const { header, frames, span } = tape;
    const progress = new Progress('decoding', json);
    const events = new TapeEvents(tape, decoderFor(header), {
      onDecoded: (decoded) => progress.update(decoded / frames, `${count(decoded)} frames`),
    });
    const kinds = new Map<string, number>();
    const byInstrument = new Map<number, number>();
    for await (const batch of events.batches()) {
      for (let i = 0; i < batch.count; i++) {
        add(kinds, eventKindNames[batch.kind[i]]);
        add(byInstrument, batch.instrument[i]);
      }
    }
    progress.done();
    const packed = header.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const raw = header.segments.reduce((sum, segment) => sum + segment.rawBytes, 0);
    const rawInLog = tape.log.reduce((sum, { payload }) => sum + payload.length, 0);
    const instruments = events.instruments.map(({ id, kind }, i) => ({ id, kind, events: byInstrument.get(i) ?? 0 }));
    const problems = [...events.problems];
    if (json) {
      printJson({
        tape: path,
        feed: header.feed,
        createdBy: header.createdBy,
        source: header.source,
        from: span?.from ?? null,
        to: span?.to ?? null,
        frames,
        segments: header.segments.length,
        rawBytes: raw + rawInLog,
        bytes: packed,
        openFrames: tape.log.length,
        tornBytes: tape.tornBytes,
        connections: header.connections,
        gaps: header.gaps,
        stalls: header.stalls,
        removed: header.removed ?? null,
        events: Object.fromEntries(kinds),
        instruments,
        problems: Object.fromEntries(problems),
      });
      return;
    }
    print(
      facts([
        ['tape', `${path}, written by ${header.createdBy}`],
        [
          'feed',
          hasDecoder(header.feed) ? header.feed : `${header.feed} (no decoder: frames are kept, events there are none)`,
        ],
        [
          'span',
          span ? `${formatTime(span.from)} to ${formatTime(span.to)}, ${duration(span.to - span.from)}` : 'no frames',
        ],
        [
          'frames',
          `${count(frames)} in ${plural(header.segments.length, 'segment')}${tape.log.length > 0 ? ' and the log' : ''}`,
        ],
        ...(header.removed
          ? [
              [
                'removed',
                `${count(header.removed.frames)} frames before these, until ${formatTime(Number(BigInt(header.removed.until) / 1000n))}`,
              ] as [string, string],
            ]
          : []),
        ...(header.segments.length > 0
          ? [['bytes', `${bytes(packed)} on disk for ${bytes(raw)} of payload`] as [string, string]]
          : []),
        ...(tape.log.length > 0
          ? [['open', `${plural(tape.log.length, 'frame')}, ${bytes(rawInLog)}, in the log only`] as [string, string]]
          : []),
        ...(tape.tornBytes > 0
          ? [['torn', `${tape.tornBytes} bytes behind the last whole frame are ignored`] as [string, string]]
          : []),
        ['connections', connectionsOf(header)],
        [
          'gaps',
          `${count(header.gaps.length)} noted by the recorder, ${count(kinds.get('gap') ?? 0)} seen in the frames`,
        ],
        ...(header.stalls.count > 0
          ? [
              [
                'stalls',
                `${count(header.stalls.count)} times nothing could be read, ${header.stalls.longest} ms at most; stamps after them are late`,
              ] as [string, string],
            ]
          : []),
        ['events', [...kinds].map(([kind, rows]) => `${count(rows)} ${kind}`).join(', ') || 'none'],
        ...problems.map(([reason, rows]): [string, string] => ['not decoded', `${count(rows)}: ${reason}`]),
      ]),
    );
    const shown = instruments.slice(0, 40);
    if (shown.length > 0) {
      print('');
      print(
        table(
          ['instrument', 'kind', 'events'],
          shown.map(({ id, kind, events: rows }) => [id, kind, count(rows)]),
        ),
      );
      if (instruments.length > shown.length) print(`and ${instruments.length - shown.length} more (--json lists all)`);
    }
  },
};

function connectionsOf({ connections }: TapeHeader): string {
  const on = (name: Line) => connections.filter(({ line }) => line === name).length;
  const lines = connections.some(({ line }) => line)
    ? `, ${count(on('A'))} on line A and ${count(on('B'))} on line B`
    : '';
  return `${count(connections.length)}${lines}`;
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
