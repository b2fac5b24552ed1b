/** `truetape record` as it looks on a terminal and in a log, and when the disk takes no more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { statusLine, statusTable } from '../../src/cli/record-status.ts';
import { Screen } from '../../src/cli/screen.ts';
import { openTape } from '../../src/tape/tape.ts';
import { temporaryFolder } from '../support/folder.ts';
import { recorderStatus as well } from '../support/recorder-status.ts';
import { FakeTerminal } from '../support/terminal.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const [connection] = well.connections;

describe('the table', () => {
  it('says all that a status knows', () => {
    expect(statusTable(well)).toEqual([
      '',
      'kalshi to tapes/tonight',
      'recording',
      '',
      'markets     2                 recording for  1 h 2 min',
      'frames      1,234,567         on disk        4.6 MB',
      'rate        99/s              free disk      79.7 GB',
      'last frame  0.1 s ago         timer lag      3 ms',
      'gaps        0                 venue lag      42 ms',
      'reconnects  0',
      '',
      'socket  opened  frames  gaps  last heard  state',
      '------  ------  ------  ----  ----------  ---------',
      '     1       1   1,234     0  0.1 s ago   connected',
    ]);
  });

  it('shows the first eight of many sockets, why one is away, and what is wrong', () => {
    const away = { ...connection, connected: false, heardSeconds: null, trouble: 'connect ECONNREFUSED' };
    const connections = [away, ...Array.from({ length: 10 }, () => connection)];
    const lines = statusTable({ ...well, connections, trouble: 'not connected: connect ECONNREFUSED' });
    expect(lines).toContain('! not connected: connect ECONNREFUSED');
    expect(lines).toContain('     1       1   1,234     0  never       connect ECONNREFUSED');
    expect(lines.slice(-2)).toEqual([expect.stringMatching(/^ {5}8 /), 'and 3 more']);
  });

  it('is one line in a log', () => {
    expect(statusLine(well)).toBe('recording: 1,234,567 frames, 99/s, 4.6 MB on disk');
    expect(statusLine({ ...well, gaps: 1, reconnects: 2, trouble: 'not connected: 401' })).toBe(
      'recording: 1,234,567 frames, 99/s, 4.6 MB on disk, 1 gap, 2 reconnects, not connected: 401',
    );
  });
});

describe('a screen', () => {
  it('is drawn over and over, under what is logged', () => {
    const terminal = new FakeTerminal(20, 10);
    const screen = new Screen(terminal);
    screen.log('hello');
    screen.draw(['one', 'two', 'three']);
    screen.log('a line that is longer than the terminal');
    screen.draw(['1', '2']);
    expect(terminal.text).toEqual(['hello', 'a line that is longe', 'r than the terminal', '1', '2']);
    screen.clear();
    expect(terminal.text).toEqual(['hello', 'a line that is longe', 'r than the terminal']);
  });

  it.each([
    [60, 24],
    [20, 6],
    [3, 3],
  ])('of %i columns and %i rows is cut to it, and everything logged stays, once', (columns, rows) => {
    const terminal = new FakeTerminal(columns, rows);
    const screen = new Screen(terminal);
    const logged = Array.from({ length: 40 }, (_, i) => String(i).padStart(2, '0'));
    for (const line of logged) {
      screen.log(line);
      screen.draw(statusTable({ ...well, trouble: `not connected: ${'x'.repeat(100)}` }));
    }
    const shown = terminal.text.filter((line) => !logged.includes(line));
    expect(terminal.text.filter((line) => logged.includes(line))).toEqual(logged);
    expect(shown.length).toBeLessThanOrEqual(rows - 2);
    for (const line of shown) expect(line.length).toBeLessThan(columns);
  });

  it('lets no control character of a venue through', () => {
    const terminal = new FakeTerminal(40, 10);
    const screen = new Screen(terminal);
    screen.log('closed: \x1b[2J\x07gone');
    screen.draw(['! \x1b]0;title\x07']);
    expect(terminal.text).toEqual(['closed:  [2J gone', '!  ]0;title']);
  });
});

/** A venue that says something every few milliseconds, and a config to record it. */
async function config(extra = '', message = 'tick'): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    const talking = setInterval(() => socket.send(message), 5);
    socket.on('close', () => clearInterval(talking));
  });
  closers.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(folder(), 'record.yaml'), `tape: tape\nfeed: any\nurl: ws://127.0.0.1:${port}\n${extra}`);
  return 'record.yaml';
}

async function run(command: string, ...args: readonly string[]): Promise<{ said: string; code: number }> {
  const child = spawn(command, args, { cwd: folder() });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { said, code };
}

const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script');

describe('truetape record', () => {
  it.skipIf(!hasScript)('on a terminal draws the table, and leaves the terminal whole at Ctrl-C', async () => {
    const command = `stty cols 60 rows 30; exec ${process.execPath} ${program} record ${await config()}`;
    const recorder = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: folder() });
    const terminal = new FakeTerminal(60, 30);
    recorder.stdout.on('data', (chunk) => terminal.write(String(chunk).replaceAll('\r\n', '\n')));
    await vi.waitUntil(() => terminal.text.some((line) => /^ +1 +1 +\d\d.* connected$/.test(line)), {
      timeout: 30_000,
    });
    expect(terminal.text).toContain('any to tape');
    expect(terminal.text[0]).toBe('recording any to tape; Ctrl-C ends it');
    recorder.stdin.write('\x03');
    expect(await once(recorder, 'exit')).toEqual([0, null]);
    await vi.waitUntil(() => terminal.text.some((line) => line.startsWith('tape: ')), { timeout: 30_000 });
    expect(terminal.text.map((line) => line.replaceAll(/\d[\d.,]*/g, '#'))).toEqual([
      'recording any to tape; Ctrl-C ends it',
      'connection #: connected to ws://#:#',
      'closing the tape',
      'connection #: disconnected, stopped by us',
      expect.stringMatching(/^tape: # frames on # connection, # k?B in # k?B$/),
    ]);
  });

  it('elsewhere writes plain lines', async () => {
    const { said, code } = await run(process.execPath, program, 'record', await config(), '--for', '1s');
    expect(code).toBe(0);
    expect(said).toMatch(/^recording any to tape; Ctrl-C ends it\nconnection 1: connected to .*\nclosing the tape\n/);
    expect(said).not.toContain('\x1b');
  });

  it('on a disk that takes no more stops with one clear line, 1 and an alert; the tape is whole and goes on', async () => {
    const alerts: string[] = [];
    const hook = createServer(async (request, response) => {
      alerts.push((JSON.parse(await text(request)) as { text: string }).text);
      response.end();
    });
    hook.listen(0, '127.0.0.1');
    await once(hook, 'listening');
    closers.push(() => hook.close());
    const alert = `alerts: {webhook: "http://127.0.0.1:${(hook.address() as AddressInfo).port}"}\n`;
    const file = await config(alert, 'x'.repeat(4000));
    // No file may be larger than 64 blocks of 1024 bytes: the system refuses the write as a full disk does.
    const limited = `ulimit -f 64; exec ${process.execPath} ${program} record ${file}`;
    const { said, code } = await run('bash', '-c', limited);
    expect(code).toBe(1);
    const problem =
      'tape/frames/000001.wal: expected to be written, found EFBIG: file too large, write; see to the disk';
    expect(said.split('\n').filter((line) => line.startsWith('truetape: '))).toEqual([
      expect.stringContaining(`truetape: the recording stopped; what is on the tape is whole: ${problem}`),
    ]);
    expect(alerts).toEqual([
      'truetape: recording any to tape',
      expect.stringContaining(`tape: recording stopped: ${problem}`),
    ]);
    const { frames } = await openTape(join(folder(), 'tape'));
    expect(frames).toBeGreaterThan(10);
    const next = await run(process.execPath, program, 'record', file, '--for', '1s');
    expect(next.said).toContain(`tape was not closed: ${frames} frames recovered from its log`);
  });
});
