import type { CommandModule } from 'yargs';
import { TapeServer } from '../replay/server.ts';
import { openTape } from '../tape/tape.ts';
import { count, log, print, printJson } from './output.ts';
import { Progress } from './progress.ts';

interface Arguments {
  tape: string;
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
      .option('port', { type: 'number', default: 0, describe: '0 = any free one' })
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on' })
      .option('speed', { type: 'string', default: '1', describe: '1, 10, ... or max: as fast as the client takes it' })
      .option('once', { type: 'boolean', default: false, describe: 'end when the tape has been served' })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'the address as a JSON object, as soon as it listens',
      })
      .example('$0 serve tapes/btc --port 9000', 'as it was')
      .example('$0 serve tapes/btc --speed max --once', 'for a test of a recorder or a client') as never,
  async handler({ tape: path, port, host, speed, once, json }) {
    const tape = await openTape(path);
    const server = await TapeServer.start(tape, { port, host, speed: speedOf(speed), once });
    if (json) printJson({ url: server.url, connections: server.connections, frames: tape.frames });
    else print(server.url);
    log(`serving ${path}: ${server.connections} connections, one after the other; Ctrl-C ends it`);
    const progress = new Progress('serving', json);
    const watch = setInterval(
      () => progress.update(server.framesSent / tape.frames, `${count(server.framesSent)} frames`),
      200,
    );
    const stopped = new Promise<void>((resolve) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
    });
    try {
      await Promise.race([server.done, stopped]);
    } finally {
      clearInterval(watch);
      progress.done();
      await server.close();
    }
    log(`served ${count(server.framesSent)} frames`);
  },
};

function speedOf(text: string): number {
  const speed = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (!(speed > 0)) throw new Error(`--speed ${text}: write a number above 0, or max`);
  return speed;
}
