import { existsSync, type StatsListener, unwatchFile, watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { EngineDesk } from '../engine/desk.ts';
import { checkLayers } from '../run/config.ts';
import { readLayers } from '../run/config-layers.ts';
import { type PaperConfig, paperConfigSchema } from './config.ts';
import type { PaperSession } from './session.ts';

const LOOK_MS = 100;
const CONFIG_LOOK_MS = 1_000;

/** What an operator needs of a session. */
export type Operated = Pick<PaperSession, 'desk' | 'control' | 'limit' | 'say'>;

/**
 * What people do to a session while it runs: the kill file, the signal, and new limits in its config. Each becomes a frame on
 * the tape.
 */
export class Operator {
  readonly #session: Operated;
  readonly #killFile: string | undefined;
  readonly #configFile: string;
  #config: PaperConfig;
  #watched: readonly string[] = [];
  /** At first, too: the file may have changed while the state of before was made again. */
  #isChanged = true;
  readonly #looking: NodeJS.Timeout;
  readonly #onSignal = () => this.#halt('the signal SIGUSR2');
  readonly #onChange: StatsListener = (now, before) => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) this.#isChanged = true;
  };

  /** `config` is what `configFile` and all that it extends say now. */
  constructor(session: Operated, configFile: string, config: PaperConfig) {
    this.#session = session;
    this.#configFile = configFile;
    this.#config = config;
    this.#killFile = config.killFile;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    process.on('SIGUSR2', this.#onSignal);
    this.#watch([configFile]);
  }

  close(): void {
    clearInterval(this.#looking);
    process.off('SIGUSR2', this.#onSignal);
    this.#watch([]);
  }

  #look(): void {
    const { desk } = this.#session;
    if (desk === undefined) return;
    this.#lookForFile(desk);
    if (!this.#isChanged) return;
    this.#isChanged = false;
    void this.#reload();
  }

  /** While the kill file is there, a halt of some kind is in force; that of the file ends with it. */
  #lookForFile(desk: EngineDesk): void {
    if (this.#killFile === undefined) return;
    const reason = `the file ${this.#killFile} is there`;
    const inForce = desk.risk.haltReason;
    const isThere = existsSync(this.#killFile);
    if (isThere && inForce === undefined) this.#halt(reason);
    else if (!isThere && inForce === reason) this.#session.control({ kind: 'resume' });
  }

  #halt(reason: string): void {
    if (this.#session.desk !== undefined) this.#session.control({ kind: 'halt', reason });
  }

  /** A bad file changes nothing. */
  async #reload(): Promise<void> {
    try {
      const layers = await readLayers(this.#configFile);
      this.#watch(layers.map(({ file }) => file));
      const config = checkLayers(layers, paperConfigSchema);
      if (isDeepStrictEqual(config, this.#config)) return;
      if (!isDeepStrictEqual(withoutLimits(config), withoutLimits(this.#config))) {
        this.#session.say(
          `${this.#configFile}: has changed; of a session that goes on, only settings.risk may change what it does`,
        );
      }
      this.#config = config;
      this.#session.limit(config.settings.risk);
    } catch (error) {
      this.#session.say(`the config has changed and is not good, nothing changes: ${(error as Error).message}`);
    }
  }

  #watch(files: readonly string[]): void {
    for (const file of this.#watched) if (!files.includes(file)) unwatchFile(file, this.#onChange);
    for (const file of files) {
      if (!this.#watched.includes(file)) {
        watchFile(file, { interval: CONFIG_LOOK_MS, persistent: false }, this.#onChange);
      }
    }
    this.#watched = files;
  }
}

function withoutLimits(config: PaperConfig): unknown {
  return { ...config, settings: { ...config.settings, risk: {} } };
}
