import type { CommandModule } from 'yargs';
import { recordConfigSchema } from '../recorder/config.ts';
import type { RecorderStatus } from '../recorder/health.ts';
import { Recorder } from '../recorder/recorder.ts';
import { readConfig } from '../run/config.ts';
import { bytes, count, log, plural, print, printJson } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  config: string;
  for?: string;
  json: boolean;
}

export const recordVerb: CommandModule<object, Arguments> = {
  command: 'record <config>',
  describe: 'record a socket onto a new tape, until stopped',
  builder: (yargs) =>
    yargs
      .positional('config', {
        type: 'string',
        demandOption: true,
        describe: 'YAML: tape, feed, url, channels, markets',
      })
      .option('for', { type: 'string', describe: 'stop after this long: 90s, 30m, 8h' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 record kalshi.yaml --for 8h', 'overnight')
      .example('$0 record kalshi.yaml', 'until Ctrl-C; the tape is complete then') as never,
  async handler({ config: file, for: span, json }) {
    // Before the tape is made: a wrong option must not leave one behind.
    const lasts = span === undefined ? undefined : milliseconds(span);
    const config = await readConfig(file, recordConfigSchema);
    const recorder = await Recorder.create(config, log);
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    if (lasts !== undefined) setTimeout(() => stop.abort(), lasts).unref();
    log(`recording ${config.feed} to ${config.tape}; Ctrl-C ends it`);
    const progress = new Progress('recording', json);
    const watch = setInterval(() => progress.update(Number.NaN, line(recorder.status)), 200);
    const ended = await recorder.run(stop.signal).catch((error: unknown) => error as Error);
    clearInterval(watch);
    progress.done();
    if (ended instanceof Error) {
      log(`truetape: the recording stopped; what is on the tape is whole: ${ended.message}`);
      process.exitCode = 1;
      return;
    }
    const header = ended;
    const { frames, rawBytes, trouble, connections: sockets } = recorder.status;
    if (sockets.every((socket) => socket.frames === 0)) {
      log(`truetape: nothing was recorded: ${trouble || 'the venue said nothing'}`);
      process.exitCode = 1;
    }
    const connections = header.connections.length;
    const packed = header.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    if (json) printJson({ tape: config.tape, frames, connections, rawBytes, bytes: packed });
    else
      print(
        `${config.tape}: ${count(frames)} frames on ${plural(connections, 'connection')}, ${bytes(rawBytes)} in ${bytes(packed)}`,
      );
  },
};

function line({ frames, framesPerSecond, rawBytes, gaps, reconnects, trouble }: RecorderStatus): string {
  const parts = [`${count(frames)} frames`, `${count(framesPerSecond)}/s`, bytes(rawBytes)];
  if (gaps > 0) parts.push(`${count(gaps)} gaps`);
  if (reconnects > 0) parts.push(`${count(reconnects)} reconnects`);
  return [...parts, ...(trouble === '' ? [] : [trouble])].join(', ');
}

function milliseconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
  if (!match) throw new Error(`--for ${text}: write a time such as 90s, 30m or 8h`);
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
}
