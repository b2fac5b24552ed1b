import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BUNDLE_ENDING, openBundle } from './bundle.ts';
import { wantsDivergence } from './divergence-figures.ts';
import { type EngineCode, engineCode } from './engine-code.ts';
import { readExpectation, writeExpectation } from './expectation.ts';
import { checkFigures } from './figure-names.ts';
import { inLanes, Lanes } from './lanes.ts';
import { keyOf, type Outcome, OutcomeCache } from './outcome.ts';
import { type Case, readSuite, type Suite } from './suite.ts';
import { failed, judge, type Verdict } from './verdict.ts';

export interface VerifyOptions {
  /** Suites, and bundles. */
  readonly files: readonly string[];
  /** Path of a strategy to run in place of those that bundles hold as files. */
  readonly strategy?: string;
  /** What came out is expected from now on. */
  readonly update?: boolean;
  /** Use and write outcomes kept beside the suite. Default true. */
  readonly cache?: boolean;
  /** Cases at a time; default: one a core. */
  readonly jobs?: number;
  readonly onDone?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export interface SuiteVerdict {
  readonly suite: string;
  readonly cases: readonly Verdict[];
}

export interface Verification {
  readonly format: 1;
  readonly engine: EngineCode;
  readonly good: boolean;
  readonly suites: readonly SuiteVerdict[];
}

/** A suite, and where its outcomes are kept. */
interface Opened {
  readonly suite: Suite;
  readonly cache: OutcomeCache | undefined;
  /** A bundle is never written to. */
  readonly isBundle: boolean;
}

/** Makes the runs of all cases, those that are not known already, and judges them. */
export async function verify({
  files,
  update = false,
  cache = true,
  strategy,
  ...options
}: VerifyOptions): Promise<Verification> {
  const engine = await engineCode();
  const work = await mkdtemp(join(tmpdir(), 'truetape-verify-'));
  const lanes = new Lanes(options.signal);
  try {
    const opened: Opened[] = [];
    for (const [i, file] of files.entries()) {
      const isBundle = file.endsWith(BUNDLE_ENDING);
      if (!isBundle && strategy !== undefined)
        throw new Error(`${file}: a suite says itself which strategies it runs; leave --strategy out`);
      if (isBundle && update) throw new Error(`${file}: a bundle is what it is; leave --update out, or pack it anew`);
      const suite = isBundle ? await openBundle(file, join(work, `bundle-${i}`), strategy) : await readSuite(file);
      checkNames(suite);
      opened.push({ suite, isBundle, cache: cache ? new OutcomeCache(dirname(resolve(file))) : undefined });
    }
    const all = opened.flatMap(({ suite, cache }, of) => suite.cases.map((one, i) => ({ of, i, one, cache })));
    const verdicts: Verdict[][] = opened.map(() => []);
    let done = 0;
    await inLanes(all, options.jobs ?? availableParallelism(), async ({ of, i, one, cache }) => {
      const output = join(work, `run-${of}-${i}`);
      verdicts[of][i] = await verifyCase(one, { engine, cache, update, output, lanes, signal: options.signal });
      await rm(output, { recursive: true, force: true });
      options.onDone?.(++done, all.length);
    });
    const suites = opened.map(({ suite }, of) => ({ suite: suite.file, cases: verdicts[of] }));
    const good = verdicts.flat().every(({ problems }) => problems.length === 0);
    return { format: 1, engine, good, suites };
  } finally {
    lanes.close();
    await rm(work, { recursive: true, force: true });
  }
}

interface Circumstances {
  readonly engine: EngineCode;
  readonly cache: OutcomeCache | undefined;
  readonly update: boolean;
  /** Folder for the run. */
  readonly output: string;
  readonly lanes: Lanes;
  readonly signal?: AbortSignal;
}

async function verifyCase(
  one: Case,
  { engine, cache, update, output, lanes, signal }: Circumstances,
): Promise<Verdict> {
  const started = performance.now();
  let cached = false;
  const timed = (verdict: ReturnType<typeof judge>): Verdict => {
    const seconds = Math.round(performance.now() - started) / 1000;
    return { name: one.name, cached, seconds, ...verdict };
  };
  try {
    const expectation = await readExpectation(one);
    const digest = expectation?.manifest.digest;
    const key = cache && (await keyOf(one, engine));
    const known = key === undefined ? undefined : await cache?.read(key);
    const play = async (): Promise<Outcome> => {
      cached = false;
      const outcome = await lanes.play({ one, digest, output });
      if (key !== undefined) await cache?.write(key, outcome);
      return outcome;
    };
    cached = known !== undefined && isCompared(one, known, digest);
    const outcome = known && cached ? known : await play();
    const verdict = judge(one, outcome, expectation, engine);
    const isWritten = update && one.run === undefined && (verdict.status === 'drift' || verdict.status === 'new');
    if (!isWritten) return timed(verdict);
    const { figures } = cached ? await play() : outcome;
    await writeExpectation(one, output, { figures, engine });
    // Budgets and controls hold whatever is expected.
    const { problems } = judge(
      one,
      { ...outcome, against: undefined },
      { manifest: outcome.manifest, figures },
      engine,
    );
    return timed({ ...verdict, status: 'updated', problems });
  } catch (error) {
    if (signal?.aborted) throw error;
    return timed(failed((error as Error).message.replaceAll('\n', ' ')));
  }
}

/** An outcome is known as long as it is the expected one, or was compared with what is expected now. */
function isCompared(one: Case, { manifest, against }: Outcome, expected: string | undefined): boolean {
  if (expected === undefined || manifest.digest === expected) return true;
  return against?.digest === expected && (!wantsDivergence(one) || against.divergence !== undefined);
}

function checkNames({ file, cases }: Suite): void {
  for (const { name, budgets, metrics } of cases) {
    try {
      checkFigures({ budgets, metrics });
    } catch (error) {
      throw new Error(`${file}: cases.${name}: ${(error as Error).message}`);
    }
  }
}
