import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Direction } from '../../src/market/frame.ts';
import { openTape } from '../../src/tape/tape.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { fixtures } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { messageFrame } from '../support/frames.ts';
import { inThisProcess } from '../support/program.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const verbs = [
  'record',
  'import',
  'inspect',
  'check',
  'retain',
  'replay',
  'report',
  'compare',
  'serve',
  'sql',
  'strategies',
  'config',
  'init',
  'verify',
  'bundle',
  'runs',
];

beforeAll(() => {
  if (!existsSync(program)) throw new Error('these tests run the built program: npm run build first');
});

function truetape(...args: string[]) {
  return inThisProcess(args, folder());
}

async function json(...args: string[]) {
  const { stdout, stderr, status } = await truetape(...args, '--json');
  expect(status, stderr).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}

describe('help', () => {
  it('names every verb', async () => {
    const { stdout, status } = await truetape('--help');
    expect(status).toBe(0);
    for (const verb of verbs) expect(stdout).toContain(verb);
  });

  it.each(verbs)('of %s has examples and --json', async (verb) => {
    const { stdout, status } = await truetape(verb, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples:/);
    expect(stdout).toContain('--json');
  });
});

describe('bad usage or input', () => {
  it.each([
    [['nonsense'], /unknown verb nonsense; there are record, import, .*; see truetape --help\n$/],
    [[], /^truetape: name a verb; see truetape --help\n$/],
    [['inspect', 'no-such-tape'], /no-such-tape\/tape\.json: expected a tape's header, found no such file/],
    [['replay', fixtures.kalshi, '-s', 'nope', '-o', 'run'], /no strategy "nope": it is one of hold/],
    [['replay', fixtures.kalshi, '-o', 'run'], /strategy/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--from', 'noon'], /--from noon: write a time such as/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--param', 'size'], /--param size: write name=value/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--config', 'missing.yaml'], /missing\.yaml: no such file/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--sped', '3'], /sped/],
    [['retain', 'no-such-tape', '--days', '1'], /no-such-tape\/tape\.json: expected a tape's header/],
    [
      ['retain', fixtures.kalshi],
      /retain: --days is missing; write for example truetape retain tapes\/btc --days 14; see/,
    ],
    [
      ['verify'],
      /verify: <suites> is missing; write for example truetape verify suite\.yaml -o out\/verify; see truetape verify --help\n$/,
    ],
    [['config'], /config: <action> and <names> are missing; write for example truetape config check /],
    [['config', 'check'], /config: <names> is missing; write for example truetape config check /],
    [['config', 'chekc', 'x'], /config: action "chekc" is none of "check", "schema"; see truetape config --help\n$/],
    [['retain', fixtures.kalshi, '--days', '0'], /--days 0: write a number above 0, such as 14/],
    [['retain', fixtures.kalshi, '--days', 'two'], /--days two: write a number above 0/],
    [['check', 'no-such-tape'], /no-such-tape\/tape\.json: expected a tape's header/],
    [['check', fixtures.kalshi, '--config', 'missing.yaml'], /missing\.yaml: no such file/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--speed', '0'], /--speed 0: write a number above 0/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--speed', '-5'], /--speed -5: write a number above 0/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--speed', 'abc'], /--speed abc: write a number above 0/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--speed'], /option speed needs a value/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--param'], /option param needs a value/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o'], /option o needs a value/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', ''], /option output needs a value/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'a', '-o', 'b'], /option output is given 2 times/],
    [
      ['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--param', 'a=1', '--param', 'a=2'],
      /a=2: a is given already/,
    ],
    [
      ['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--param', 'size=['],
      /--param size=\[: cannot be read: Flow/,
    ],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--param', 'size='], /--param size=: write name=value/],
    [['replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--settlements', '.'], /\.: is a folder; name a CSV file/],
    [['report', program, '-o', 'x.html'], /main\.js: not a folder; name the folder that a replay wrote/],
    [['report', 'no-such-run', '-o', 'x.html'], /no-such-run\/run\.json: expected a run, found no such file/],
    [['report', 'a', 'b', '--auto', fixtures.kalshi, '-o', 'x.html'], /--auto: one run is replayed; name one\n$/],
    [
      ['report', 'a', 'b', '--comparison', 'gap.json', '-o', 'x.html'],
      /--comparison: is about one run; name that alone/,
    ],
    [['report', 'a', '--comparison', 'gap.json', '-o', 'x.html'], /gap\.json: no such file\n$/],
    [['import', 'jsonl', 'missing.gz', '-o', 'tape'], /missing\.gz: no such file/],
    [['import', 'csv', fixtures.kalshi, '-o', 'tape'], /csv/],
    [['sql', 'selec 1'], /syntax error/],
    [['sql', 'select * from orders'], /orders are of a run: name a run with -r/],
    [['sql', 'select * from fills', '-t', fixtures.kalshi], /fills are of a run: name a run with -r/],
    [['sql', 'select * from trades'], /trades are of a run: name a run with -r/],
    [['sql', 'select * from sessions'], /sessions are of a run: name a run with -r/],
    [['sql', 'select count(*) from events'], /events are of a tape: name a tape with -t/],
    [['sql', 'select * from frames'], /frames are of a tape: name a tape with -t/],
    [['sql', ' -- nothing'], /the query is empty; see truetape sql --help/],
    [['sql', "copy (select 1) to 'written.csv'"], /one SELECT/],
    [['sql', "explain analyze copy (select 1) to 'written.csv'"], /one SELECT/],
    [['sql', "attach 'written.db'"], /one SELECT/],
    [['inspect', program], /main\.js: expected the folder of a tape, found a file; name the folder/],
    [['import', 'kalshi-ndjson', program, '-o', 'tape'], /main\.js: line 1: not JSON/],
    [
      ['import', 'jsonl', fixtures.kalshi, '--feed', 'x', '-o', program],
      /main\.js: expected a new or empty folder, found a file/,
    ],
    [['import', 'lobster', fixtures.kalshi, '-o', 'tape'], /the folder has no file of this format/],
    [['record', 'missing.yaml'], /missing\.yaml: no such file/],
    [['serve', fixtures.kalshi, '--speed', 'slow'], /--speed slow/],
    [['serve', fixtures.kalshi, '--clients', 'step'], /--clients is for --as venue/],
    [['serve', fixtures.kalshi, '--as', 'exchange'], /exchange/],
    [['serve', fixtures.binance, '--as', 'venue'], /binance cannot be served as the venue/],
    [['strategies', './missing.ts'], /missing\.ts: no such strategy file/],
  ])('%j is one clear line on stderr and exit code 2', async (args, message) => {
    const { stdout, stderr, status } = await truetape(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
    expect(stderr).toMatch(/^truetape: /);
  });

  it('shows where it comes from with --verbose', async () => {
    expect((await truetape('inspect', 'no-such-tape', '--verbose')).stderr).toMatch(/\n\s+at .*tape/);
  });

  it('of a config names file and setting', async () => {
    writeFileSync(join(folder(), 'bad.yaml'), 'tape: x\nfeed: kalshi\nurl: http://example.com\n');
    expect((await truetape('record', 'bad.yaml')).stderr).toMatch(/bad\.yaml: url: /);
    writeFileSync(join(folder(), 'typo.yaml'), 'tape: x\nfeed: kalshi\nurl: ws://127.0.0.1:1\nchanels: []\n');
    expect((await truetape('record', 'typo.yaml')).stderr).toMatch(
      /typo\.yaml: unknown chanels; there are tape, .*channels/,
    );
  });
});

describe('the line', () => {
  it('goes from a foreign recording to a report', async () => {
    const recording = join(folder(), 'frames.jsonl');
    const message = (seq: number, price: string, size: string) =>
      `{"type":"orderbook_delta","sid":1,"seq":${seq},"msg":{"market_ticker":"A-1","price_dollars":"${price}","delta_fp":"${size}","side":"yes","ts_ms":1778695699111}}`;
    const snapshot = `{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"A-1","yes_dollars_fp":[["0.4000","10.00"]],"no_dollars_fp":[["0.5000","10.00"]]}}`;
    const frames = [snapshot, message(2, '0.4100', '5.00'), message(3, '0.4200', '5.00'), 'not json'];
    const lines = frames.map((payload, i) => JSON.stringify({ receivedAt: `${1_778_695_699 + i}000000000`, payload }));
    writeFileSync(recording, `${lines.join('\n')}\nnot a frame\n`);

    const imported = await json('import', 'jsonl', recording, '--feed', 'kalshi', '-o', 'tape');
    expect(imported).toMatchObject({ feed: 'kalshi', rows: { read: 5, kept: 4 }, frames: 4 });
    expect(Object.values(imported.rows.rejected)).toEqual([1]);

    const inspected = await json('inspect', 'tape');
    expect(inspected).toMatchObject({ frames: 4, events: { bookLevel: 4 }, problems: { 'malformed JSON': 1 } });

    const run = await json('replay', '-o', 'run', '-s', 'paper_test', '--param', 'waitSeconds=1', 'tape');
    expect(run).toMatchObject({ mode: 'replay', digest: expect.stringMatching(/^[0-9a-f]{64}$/), rows: { fills: 2 } });
    expect(run.summary.pnl.net).toMatch(/^-?\d+\.\d+$/);

    expect(
      (await json('sql', 'select step, count(*) as n from orders group by all order by 1', '-r', 'run')).rows[0],
    ).toEqual({
      step: 'accepted',
      n: 2,
    });
    expect(
      (await json('sql', "select count(*) as n from frames where payload like '%snapshot%'", '-t', 'tape')).rows,
    ).toEqual([{ n: 1 }]);
    expect(
      (
        await json(
          'sql',
          "select max(price) as price from events where kind = 'bookLevel' and side = 'buy'",
          '-t',
          'tape',
        )
      ).rows,
    ).toEqual([{ price: 0.42 }]);

    for (const [file, message] of [
      ['nodir/x.html', /nodir\/x\.html: its folder is not there/],
      ['run', /run: is a folder; name a file/],
    ] as const) {
      expect(await truetape('report', 'run', '-o', file)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(message),
      });
    }
    await json('report', 'run', '-o', 'report.html');
    expect(readFileSync(join(folder(), 'report.html'), 'utf8')).toContain('paper_test');
    expect((await truetape('report', 'run', '--format', 'md')).stdout).toMatch(
      /^## truetape report\n[\s\S]*\| Net P&L \|/,
    );
    expect(JSON.parse((await truetape('report', 'run', '--format', 'json')).stdout)).toEqual(
      (await json('report', 'run', '--format', 'json')).summary,
    );
    const worse = await json('report', 'run', '--auto', 'tape', '--format', 'json');
    const replayed = worse.summary.runs[0].sensitivity.filter(({ by }: { by: string }) => by === 'replay');
    expect(replayed.map(({ change }: { change: string }) => change)).toEqual([
      'nothing changed',
      '100 ms later at the venue',
      'at the back of the queue, as it was',
      'fees half as high again',
    ]);
    expect((await truetape('report', 'run')).stderr).toBe('truetape: -o is missing; name the HTML file\n');
    expect((await truetape('report', 'run', '--png', 'nothing', '-o', 'x.png')).stderr).toMatch(
      /^truetape: run: no chart of it is called nothing; there are /,
    );
  });

  it('has the same digest in two processes', async () => {
    const digests = ['a', 'b'].map((output) => {
      const args = ['replay', fixtures.kalshi, '-s', 'spread_capture', '-o', output, '--json'];
      const { stdout } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder() });
      return JSON.parse(stdout).digest;
    });
    expect(digests[0]).toBe(digests[1]);
  });

  it('runs the example of the documentation', async () => {
    const example = fileURLToPath(new URL('../../examples/buy-dips.ts', import.meta.url));
    expect((await json('strategies', example)).strategies[0].parameters).toEqual([
      { name: 'size', default: 5, description: 'contracts per order' },
    ]);
    expect((await json('replay', fixtures.kalshi, '-s', example, '-o', 'dips')).events).toBeGreaterThan(40_000);
  });

  it.each(['bracket=false', 'bracket=true'])('runs the example with orders of every kind, %s', async (parameter) => {
    const example = fileURLToPath(new URL('../../examples/quotes-and-exits.ts', import.meta.url));
    const output = `exits ${parameter}`;
    await json('replay', fixtures.kalshi, '-s', example, '--param', parameter, '-o', output);
    const { rows } = await json(
      'sql',
      "select step, count(*) as n from orders where step in ('held', 'filled') group by all",
      '-r',
      output,
    );
    expect(rows.map(({ step }: { step: string }) => step).sort()).toEqual(['filled', 'held']);
  });

  it('lists the shipped strategies', async () => {
    const { strategies } = await json('strategies');
    expect(strategies.map(({ name }: { name: string }) => name)).toEqual([
      'hold',
      'paper_test',
      'rlm_no',
      'spread_capture',
      'whale_follower',
      'yes_80_90',
    ]);
  });
});

describe('check', () => {
  const bad = async () => {
    const recording = join(folder(), 'bad.jsonl');
    const line = (i: number) => JSON.stringify({ receivedAt: `${1_778_695_699 + i}000000000`, payload: 'not json' });
    writeFileSync(recording, `${line(0)}\n${line(1)}\n`);
    await json('import', 'jsonl', recording, '--feed', 'kalshi', '-o', 'bad');
    return 'bad';
  };

  it('passes a good tape with 0 and a table', async () => {
    const { stdout, status } = await truetape('check', fixtures.kalshi);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^clockSkew +pass +0\.0\d+ s +0\.25 s +5 s /m);
    expect(stdout).toMatch(/^volumeMismatch +skipped +the trades are inferred/m);
    expect(stdout).toMatch(/\nverdict: warn\n$/);
    expect(await json('check', fixtures.kalshi)).toMatchObject({ verdict: 'warn', tapes: [{ tape: fixtures.kalshi }] });
  });

  it('exits with 1 if one of several tapes fails, and names what failed', async () => {
    const { stdout, status } = await truetape('check', fixtures.kalshi, await bad());
    expect(status).toBe(1);
    expect(stdout).toMatch(/^undecodable +fail +100 % +0 % +1 % +2 of 2: malformed JSON \(2\)/m);
    expect(stdout).toMatch(/\nverdict: fail; bad: undecodable\n$/);
    const failing = await truetape('check', fixtures.kalshi, 'bad', '--json');
    expect(failing.status).toBe(1);
    const { verdict, tapes } = JSON.parse(failing.stdout);
    expect(verdict).toBe('fail');
    expect(tapes.map((tape: { verdict: string }) => tape.verdict)).toEqual(['warn', 'fail']);
    expect(tapes[1].results.find(({ check }: { check: string }) => check === 'undecodable')).toMatchObject({
      value: 1,
      unit: 'share',
      fail: 0.01,
      facts: { reasons: { 'malformed JSON': 2 } },
    });
    expect(tapes[1].results.filter(({ status }: { status: string }) => status === 'pass')).toHaveLength(5);
  });

  it('takes limits from a file, which must not have others', async () => {
    writeFileSync(join(folder(), 'check.yaml'), 'clockSkew: { fail: 0.01 }\n');
    expect((await truetape('check', fixtures.kalshi, '--config', 'check.yaml')).stdout).toMatch(/: clockSkew\n$/);
    writeFileSync(join(folder(), 'typo.yaml'), 'clockSkew: { fial: 0.01 }\n');
    const { stderr, status } = await truetape('check', fixtures.kalshi, '--config', 'typo.yaml');
    expect(status).toBe(2);
    expect(stderr).toMatch(/typo\.yaml: clockSkew: .*fial/);
  });

  it('keeps a replay that asks for it from a tape that fails', async () => {
    const refused = await truetape('replay', await bad(), '-s', 'hold', '-o', 'run', '--require-check');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toBe('truetape: bad fails undecodable; truetape check bad says why\n');
    expect(existsSync(join(folder(), 'run'))).toBe(false);
    expect((await json('replay', fixtures.kalshi, '-s', 'hold', '-o', 'run', '--require-check')).mode).toBe('replay');
  });
});

describe('inspect', () => {
  it('tells what the log of a recording that crashed holds', async () => {
    const writer = await TapeWriter.create(join(folder(), 'crashed'), { feed: 'nasdaq', source: {}, instruments: [] });
    for (const [i, payload] of ['{"note":"connected","url":"ws://x"}', 'hello'].entries()) {
      const direction = i === 0 ? Direction.note : Direction.in;
      writer.append({ receivedAt: BigInt(i), connection: 7, direction, binary: false, payload: Buffer.from(payload) });
    }
    writer.sync();
    const { stdout, status } = await truetape('inspect', 'crashed');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^frames +2 in 0 segments and the log$/m);
    expect(stdout).toMatch(/^open +2 frames, 40 B, in the log only$/m);
    expect(stdout).toMatch(/^connections +1$/m);
    expect(stdout).not.toMatch(/^bytes/m);
    expect(await json('inspect', 'crashed')).toMatchObject({ rawBytes: 40, connections: [{ connection: 7 }] });
  });

  it('tells gaps that the recorder noted from those that the frames show', async () => {
    const { stdout } = await truetape('inspect', fixtures.kalshi);
    expect(stdout).toMatch(/^gaps +0 noted by the recorder, 4 seen in the frames$/m);
    expect(stdout).toMatch(/^frames +40,484 in 1 segment$/m);
  });
});

describe('sql', () => {
  const tape = () => join(folder(), 'tape');

  async function openTapeOf(seconds: readonly (readonly number[])[], open: readonly number[] = []): Promise<void> {
    const writer = await TapeWriter.create(tape(), { feed: 'kalshi', source: {}, instruments: [] });
    for (const segment of seconds) {
      for (const at of segment) writer.append(messageFrame(`{"at":${at}}`, at));
      await writer.rotate();
    }
    for (const at of open) writer.append(messageFrame(`{"at":${at}}`, at));
    writer.append({ ...messageFrame('', 99), binary: true, payload: Uint8Array.of(1, 2) });
    writer.flush();
  }

  it.each([
    ['only a log', []],
    ['segments and a log', [[1, 2], [3]]],
  ])('shows all frames of a tape that has %s', async (_, segments) => {
    await openTapeOf(segments, [4, 5]);
    const { rows } = await json(
      'sql',
      'select tape, sequence, payload, hex(bytes) as bytes, time from frames',
      '-t',
      'tape',
    );
    const times = [...segments.flat(), 4, 5];
    expect(rows.map(({ payload }: { payload: string | null }) => payload)).toEqual([
      ...times.map((at) => `{"at":${at}}`),
      null,
    ]);
    expect(rows.map(({ sequence }: { sequence: number }) => sequence)).toEqual([...times, 0].map((_at, i) => i));
    expect(rows.at(-1)).toMatchObject({ tape: 'tape', bytes: '0102' });
    expect(rows.every(({ time }: { time: string }) => /^\d{4}-\d\d-\d\d /.test(time))).toBe(true);
  });

  it('compares runs by their sessions, and tells their trades', async () => {
    for (const [run, strategy] of [
      ['hold', 'hold'],
      ['quotes', 'spread_capture'],
    ]) {
      expect((await truetape('replay', fixtures.kalshi, '-s', strategy, '-o', run, '--jsonl')).status).toBe(0);
      expect(existsSync(join(folder(), run, 'orders.jsonl'))).toBe(true);
    }
    const runs = ['-r', 'hold', '-r', 'quotes'];
    const { rows } = await json('sql', 'select run, strategy, fills > 0 as traded from sessions order by 1', ...runs);
    expect(rows).toEqual([
      { run: 'hold', strategy: 'hold', traded: false },
      { run: 'quotes', strategy: 'spread_capture', traded: true },
    ]);
    const realised = 'select last(realised - fees) from equity where run = t.run';
    const query = `select run, sum(pnl) = (${realised}) as same from trades t group by run`;
    expect((await json('sql', query, ...runs)).rows).toEqual([{ run: 'quotes', same: true }]);
    const { stderr } = await truetape('sql', 'select * from trades', '-r', 'quotes', '-r', './quotes/');
    expect(stderr).toMatch(/^truetape: two runs are called quotes/);
  });

  it('calls a tape by its name in frames and events alike', async () => {
    const query = 'select distinct f.tape from frames f join events e on f.tape = e.tape and f.sequence = e.frame';
    expect((await json('sql', query, '-t', fixtures.kalshi)).rows).toEqual([{ tape: 'kalshi-btc15m' }]);
  });

  it('refuses frames that are damaged', async () => {
    await openTapeOf([[1, 2, 3]]);
    const file = join(tape(), 'frames', '000001.parquet');
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)] ^= 0x5a;
    writeFileSync(file, bytes);
    const { stderr, status } = await truetape('sql', 'select count(payload) from frames', '-t', 'tape');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^truetape: tape\/frames\/000001\.parquet: expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}; restore/,
    );
  });

  it('writes nothing', async () => {
    await truetape('sql', `copy (select 1) to '${join(folder(), 'written.csv')}'`);
    expect(readdirSync(folder())).toEqual([]);
  });
});

describe('import', () => {
  const stamped = (rows: number) =>
    Array.from({ length: rows }, (_, i) => `${1_723_161_253_937_085_768n + BigInt(i)} {"row":${i}}\n`).join('');

  it.each([
    [
      'a gzip that is cut short',
      'a.gz',
      gzipSync(stamped(50_000)).subarray(0, 60_000),
      /a\.gz: line \d{2,}: cannot be read \(unexpected end/,
    ],
    ['no gzip', 'a.gz', Buffer.from(stamped(5)), /a\.gz: line 1: cannot be read \(incorrect header check\)/],
    ['no zstd', 'a.zst', Buffer.from(stamped(5)), /a\.zst: line 1: cannot be read/],
  ])('of %s is one clear line, and leaves nothing', async (_, name, contents, message) => {
    writeFileSync(join(folder(), name), contents);
    const { stderr, status } = await truetape('import', 'jsonl', name, '--feed', 'binance', '-o', 'tape');
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
    expect(readdirSync(folder())).toEqual([name]);
  });

  it('of lines in whole cents names the line that is broken', async () => {
    const line =
      '{"ts":"2026-05-13T18:00:00Z","type":"orderbook_delta","market_ticker":"A","price":4,"delta":1,"side":"yes"}';
    writeFileSync(join(folder(), 'a.ndjson'), `${line}\n\n${line}\n{"ts":\n`);
    const { stderr, status } = await truetape('import', 'kalshi-ndjson', 'a.ndjson', '-o', 'tape');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^truetape: a\.ndjson: line 4: not JSON .*; nothing was imported\n$/);
    expect(readdirSync(folder())).toEqual(['a.ndjson']);
  });

  it('of a bad zip names it', async () => {
    writeFileSync(join(folder(), 'AAPL.zip'), 'no zip');
    expect((await truetape('import', 'lobster', 'AAPL.zip', '-o', 'tape')).stderr).toMatch(
      /AAPL\.zip: not a whole zip \(.*\); fetch/,
    );
  });

  it('takes the files of a folder by name', async () => {
    mkdirSync(join(folder(), 'days'));
    writeFileSync(join(folder(), 'days', '2'), '1723161254000000000 later\n');
    writeFileSync(join(folder(), 'days', '1'), '1723161253000000000 earlier\n');
    expect(await json('import', 'jsonl', 'days', '--feed', 'binance', '-o', 'tape')).toMatchObject({
      heldStamps: 0,
      rows: { kept: 2 },
    });
  });

  it('takes an empty folder, and none that holds anything', async () => {
    writeFileSync(join(folder(), 'a'), stamped(3));
    for (const name of ['empty', 'full']) mkdirSync(join(folder(), name));
    writeFileSync(join(folder(), 'full', 'notes.txt'), 'mine');
    const { stderr, status } = await truetape('import', 'jsonl', 'a', '--feed', 'binance', '-o', 'full');
    expect(status).toBe(2);
    expect(stderr).toMatch(/full: expected a new or empty folder, found other files \(notes\.txt\)/);
    expect(readdirSync(join(folder(), 'full'))).toEqual(['notes.txt']);
    expect((await json('import', 'jsonl', 'a', '--feed', 'binance', '-o', 'empty')).frames).toBe(5);
    expect((await truetape('import', 'jsonl', 'a', '--feed', 'binance', '-o', 'empty')).stderr).toMatch(/found a tape/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('that is stopped by %s says so and leaves nothing', async (signal) => {
    const [existing, recording] = [join(folder(), 'tape'), join(folder(), 'frames')];
    if (signal === 'SIGTERM') mkdirSync(existing);
    writeFileSync(recording, stamped(1_000_000));
    const child = spawn(process.execPath, [program, 'import', 'jsonl', 'frames', '--feed', 'binance', '-o', 'tape'], {
      cwd: folder(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    await vi.waitUntil(() => existsSync(join(existing, 'tape.json')), { timeout: 20_000, interval: 10 });
    child.kill(signal);
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1);
    expect(said).toBe('truetape: the import was interrupted; what it had written to tape is removed\n');
    expect(existsSync(existing)).toBe(signal === 'SIGTERM');
    expect(readdirSync(folder(), { recursive: true })).toEqual(signal === 'SIGTERM' ? ['frames', 'tape'] : ['frames']);
  });
});

describe('record', () => {
  it('stops at Ctrl-C with the tape complete', async () => {
    const server = spawn(process.execPath, [program, 'serve', fixtures.kalshi, '--speed', '20', '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const { url } = JSON.parse(String(await new Promise((resolve) => server.stdout.once('data', resolve))));
      writeFileSync(join(folder(), 'record.yaml'), `tape: tape\nfeed: kalshi\nurl: ${url}\nmessages: [go]\n`);
      const recorder = spawn(process.execPath, [program, 'record', 'record.yaml', '--json'], {
        cwd: folder(),
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let said = '';
      recorder.stdout.on('data', (chunk) => {
        said += chunk;
      });
      await new Promise((resolve) => setTimeout(resolve, 2500));
      recorder.kill('SIGINT');
      expect(await new Promise((resolve) => recorder.once('exit', resolve))).toBe(0);
      const tape = await openTape(join(folder(), 'tape'));
      expect(tape.log).toEqual([]);
      expect(tape.frames).toBeGreaterThan(100);
      expect(JSON.parse(said)).toMatchObject({ frames: tape.frames, connections: 1 });
      expect(tape.header.connections[0].reason).toBe('stopped by us');
    } finally {
      server.kill();
    }
  });
});

describe('retain', () => {
  const DAY = 86_400_000;

  /** Three segments, of `ages` days ago; the newest frame is in the last. */
  async function tapeOf(...ages: readonly number[]): Promise<void> {
    const writer = await TapeWriter.create(join(folder(), 'tape'), { feed: 'kalshi', source: {}, instruments: [] });
    for (const age of ages) {
      writer.append({ ...messageFrame('{}'), receivedAt: BigInt(Date.now() - age * DAY) * 1_000_000n });
      await writer.rotate();
    }
    await writer.close();
  }
  const segments = (tape: string) => readdirSync(join(folder(), tape, 'frames'));

  it('deletes what is older, and says what went', async () => {
    await tapeOf(30, 20, 10);
    const { stdout, status } = await truetape('retain', 'tape', '--days', '14');
    expect(stdout).toMatch(/^tape: 2 segments with 2 frames, [\d.]+ k?B, until \d{4}-.+Z: deleted\n$/);
    expect(status).toBe(0);
    expect(segments('tape')).toEqual(['000003.parquet']);
    expect((await truetape('retain', 'tape', '--days', '14')).stdout).toBe('tape: nothing is older than 14 days\n');
    expect(await json('retain', 'tape', '--days', '14')).toEqual({
      tape: 'tape',
      segments: 0,
      frames: 0,
      bytes: 0,
      until: null,
      movedTo: null,
    });
  });

  it('moves it to a tape of the same name elsewhere', async () => {
    await tapeOf(30, 10);
    const moved = await json('retain', 'tape', '--days', '14', '--move-to', 'archive');
    expect(moved).toMatchObject({ segments: 1, frames: 1, movedTo: 'archive' });
    expect(segments('archive/tape')).toEqual(['000001.parquet']);
    expect(segments('tape')).toEqual(['000002.parquet']);
  });

  it('stops at a damaged segment with one clear line and 1, and nothing goes', async () => {
    await tapeOf(30, 20, 10);
    const damaged = join(folder(), 'tape', 'frames', '000002.parquet');
    for (const bytes of [readFileSync(damaged).fill(0), Buffer.from('cut short')]) {
      writeFileSync(damaged, bytes);
      const { stdout, stderr, status } = await truetape('retain', 'tape', '--days', '14');
      expect(stderr).toMatch(/^truetape: tape\/frames\/000002\.parquet: expected .*; restore it from a copy.*\n$/);
      expect([stdout, status]).toEqual(['', 1]);
      expect(segments('tape')).toHaveLength(3);
    }
  });
});

describe('replay', () => {
  it('refuses tapes of feeds that cannot be decoded, which inspect still shows', async () => {
    const writer = await TapeWriter.create(join(folder(), 'unread'), { feed: 'nasdaq', source: {}, instruments: [] });
    writer.append({
      receivedAt: 1n,
      connection: 1,
      direction: Direction.in,
      binary: false,
      payload: Buffer.from('{}'),
    });
    await writer.close();
    expect((await truetape('inspect', 'unread')).status).toBe(0);
    expect(await truetape('replay', 'unread', '-s', 'hold', '-o', 'run')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^truetape: unread: no decoder for the feed nasdaq.*\n$/),
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stopped by %s leaves nothing behind', async (signal) => {
    const args = ['replay', fixtures.kalshi, '-s', 'hold', '--speed', '1', '-o', 'stopped'];
    const player = spawn(process.execPath, [program, ...args], { cwd: folder(), stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    player.stderr.on('data', (chunk) => {
      said += chunk;
    });
    while (readdirSync(folder()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    player.kill(signal);
    expect(await new Promise((resolve) => player.once('exit', resolve))).toBe(2);
    expect(said).toBe(`truetape: stopped by ${signal}; the run is not complete and was not written\n`);
    expect(readdirSync(folder())).toEqual([]);
  });
});
