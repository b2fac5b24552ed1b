import type { CommandModule } from 'yargs';
import { recordConfigSchema } from '../recorder/config.ts';
import { Recorder } from '../recorder/recorder.ts';
import { readConfig } from '../run/config.ts';
import { bytes, count, log, plural, print, printJson } from './output.ts';
import { statusLine, statusTable } from './record-status.ts';
import { milliseconds } from './run-options.ts';
import { Screen } from './screen.ts';

const DRAW_MS = 250;
const LOG_MS = 60_000;

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
    const screen = process.stderr.isTTY && !json ? new Screen(process.stderr) : undefined;
    const say = (line: string) => (screen ? screen.log(line) : log(line));
    const recorder = await Recorder.create(config, say);
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    if (lasts !== undefined) setTimeout(() => stop.abort(), lasts).unref();
    say(`recording ${config.feed} to ${config.tape}; Ctrl-C ends it`);
    const watch = screen
      ? setInterval(() => screen.draw(statusTable(recorder.status)), DRAW_MS)
      : setInterval(() => log(statusLine(recorder.status)), LOG_MS);
    const endWatch = () => {
      clearInterval(watch);
      screen?.clear();
    };
    stop.signal.addEventListener('abort', () => {
      endWatch();
      log('closing the tape');
    });
    const ended = await recorder.run(stop.signal).catch((error: unknown) => error as Error);
    endWatch();
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
