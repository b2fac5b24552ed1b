/** What a config's schema cannot say: is what it names there, and does it fit? */
import { withSecrets } from '../feeds/socket.ts';
import { type PaperConfig, paperConfigSchema } from '../live/config.ts';
import { type RecordConfig, recordConfigSchema } from '../recorder/config.ts';
import { checkHost } from '../recorder/http.ts';
import { checkSecrets } from '../recorder/recorder.ts';
import { probeSecrets } from '../recorder/secrets.ts';
import { checkParameters } from '../run/assemble.ts';
import { type RunConfig, runConfigSchema } from '../run/config.ts';
import { type ConfigLayer, mergeLayers, ownerOf } from '../run/config-layers.ts';
import { latencyOf } from '../run/latency.ts';
import { loadStrategy } from '../run/load-strategy.ts';
import { checkFigures } from '../verify/figure-names.ts';
import { type Case, readSuite } from '../verify/suite.ts';

/** Throws for a setting that does not work. */
interface Check {
  readonly path: readonly string[];
  readonly run: () => unknown;
}

/**
 * Throws for what does not work anywhere; returns what this machine lacks and another may have, in a line each. All of them
 * name the file that says so.
 */
export async function checkDeeply(kind: string, layers: readonly ConfigLayer[]): Promise<readonly string[]> {
  const { checks, absent } = await depthOf(kind, mergeLayers(layers), layers[layers.length - 1].file);
  for (const { path, run } of checks) {
    try {
      await run();
    } catch (error) {
      throw new Error(`${ownerOf(layers, path)}: ${(error as Error).message}`);
    }
  }
  return Object.entries(absent).map(([name, why]) => `${ownerOf(layers, ['secrets', name])}: ${why}`);
}

interface Depth {
  readonly checks: readonly Check[];
  /** Secrets that cannot be read here, and why. */
  readonly absent: Readonly<Record<string, string>>;
}

async function depthOf(kind: string, given: unknown, file: string): Promise<Depth> {
  if (kind === 'record') return recordDepth(recordConfigSchema.parse(given));
  if (kind === 'paper') return paperDepth(paperConfigSchema.parse(given));
  if (kind === 'suite') return { checks: (await readSuite(file)).cases.map(caseCheck), absent: {} };
  return { checks: kind === 'run' ? [latencyCheck(runConfigSchema.parse(given), ['latency'])] : [], absent: {} };
}

/** `texts` may name secrets besides those of the recorder. */
async function recordDepth(config: RecordConfig, texts: object = {}): Promise<Depth> {
  const { secrets, http, instruments, ...settings } = config;
  const { values, absent } = await probeSecrets(secrets);
  const names = Object.keys(secrets);
  const listed = Object.fromEntries(names.map((name) => [name, name]));
  const checks: Check[] = [
    { path: ['http', 'host'], run: () => http && checkHost(http.host, http.token) },
    { path: [], run: () => withSecrets(JSON.stringify({ ...settings, http, ...texts }), listed) },
  ];
  // The handshake is signed with them.
  if (names.every((name) => name in values)) {
    checks.push({ path: ['secrets'], run: () => checkSecrets(config, values) });
  }
  return { checks, absent };
}

async function paperDepth(config: PaperConfig): Promise<Depth> {
  const { record, secrets, http, alerts, sources, strategy, parameters, settings } = config;
  const { checks, absent } = await recordDepth({ ...record, secrets, http, alerts }, { sources });
  const loading = loadStrategy(strategy);
  return {
    checks: [
      { path: ['strategy'], run: () => loading },
      { path: ['parameters'], run: async () => checkParameters(await loading, parameters) },
      latencyCheck(settings, ['settings', 'latency']),
      ...checks,
    ],
    absent,
  };
}

/** The file of a measured one is read. */
const latencyCheck = ({ latency, seed }: RunConfig, path: readonly string[]): Check => ({
  path,
  run: () => latencyOf(latency, seed),
});

/** Of its tapes nothing is asked: they may come later. */
const caseCheck = ({ name, strategy, parameters, config, budgets, metrics }: Case): Check => ({
  path: ['cases', name],
  async run() {
    try {
      checkFigures({ budgets, metrics });
      if (strategy !== undefined) checkParameters(await loadStrategy(strategy), parameters);
      await latencyCheck(runConfigSchema.parse(config), []).run();
    } catch (error) {
      throw new Error(`cases.${name}: ${(error as Error).message}`);
    }
  },
});
