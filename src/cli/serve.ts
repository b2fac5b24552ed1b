import type { CommandModule } from 'yargs';
import { TapeServer } from '../replay/server.ts';
import { VenueServer } from '../replay/venue-server.ts';
import { openTape, type Tape } from '../tape/tape.ts';
import { count, log, plural, print, printJson } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  tape: string;
  as: 'recorded' | 'venue';
  clients?: 'own' | 'step';
  port: number;
  host: string;
  speed: string;
  once: boolean;
  json: boolean;
}

export const serveVerb: CommandModule<object, Arguments> = {
  command: 'serve <tape>',
  describe: "play a tape over a WebSocket, as the venue's socket would have",
  builder: (yargs) =>
    yargs
      .positional('tape', { type: 'string', demandOption: true, describe: 'folder of the tape' })
      .option('as', {
        choices: ['recorded', 'venue'],
        default: 'recorded',
        describe:
          'recorded: each recorded connection byte for byte, whatever is asked · venue (kalshi): commands are answered, and only what was subscribed to comes',
      })
      .option('clients', {
        choices: ['own', 'step'],
        describe: 'as venue: each client has its own run of the tape (default), or all are in step on one',
      })
      .option('port', { type: 'number', default: 0, describe: '0 = any free one' })
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on' })
      .option('speed', { type: 'string', default: '1', describe: '1, 10, ... or max: as fast as the client takes it' })
      .option('once', { type: 'boolean', default: false, describe: 'end when the tape has been served' })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'the address as a JSON object, as soon as it listens',
      })
      .example('$0 serve tapes/btc --port 9000', 'the recorded connections, one after the other')
      .example('$0 serve tapes/btc --speed max --once', 'for a test of a recorder')
      .example('$0 serve tapes/btc --as venue --port 9000', 'for a client of the exchange: from the start of the tape')
      .example(
        '$0 serve tapes/btc --as venue --clients step --speed 10',
        'for several, all at the same moment',
      ) as never,
  async handler({ tape: path, as, clients, port, host, speed: speedText, once, json }) {
    if (clients && as !== 'venue') throw new Error('--clients is for --as venue; recorded connections go one by one');
    const speed = speedOf(speedText);
    const tape = await openTape(path);
    const stopped = new Promise<void>((resolve) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
    });
    const options = { port, host, speed, once };
    if (as === 'recorded') await serveRecorded(await TapeServer.start(tape, options), tape, json, stopped);
    else
      await serveVenue(await VenueServer.start(tape, { ...options, clients: clients ?? 'own' }), tape, json, stopped);
  },
};

async function serveRecorded(server: TapeServer, tape: Tape, json: boolean, stopped: Promise<void>): Promise<void> {
  if (json) printJson({ url: server.url, connections: server.connections, frames: tape.frames });
  else print(server.url);
  log(`serving ${tape.path}: ${plural(server.connections, 'connection')}, one after the other; Ctrl-C ends it`);
  const progress = new Progress('serving', json);
  const watch = setInterval(
    () => progress.update(server.framesSent / tape.frames, `${count(server.framesSent)} frames`),
    200,
  );
  try {
    await Promise.race([server.done, stopped]);
  } finally {
    clearInterval(watch);
    progress.done();
    await server.close();
  }
  log(`served ${count(server.framesSent)} frames`);
}

async function serveVenue(server: VenueServer, tape: Tape, json: boolean, stopped: Promise<void>): Promise<void> {
  if (json) printJson({ url: server.url, frames: tape.frames });
  else print(server.url);
  log(`serving ${tape.path} as ${tape.header.feed} would; Ctrl-C ends it`);
  try {
    await Promise.race([server.done, stopped]);
  } finally {
    await server.close();
  }
}

function speedOf(text: string): number {
  const speed = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (!(speed > 0)) throw new Error(`--speed ${text}: write a number above 0, or max`);
  return speed;
}
