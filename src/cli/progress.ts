/** A progress line on stderr: a bar on a terminal, a plain line now and then elsewhere, nothing when told to be quiet. */
export class Progress {
  readonly #label: string;
  readonly #quiet: boolean;
  readonly #terminal = process.stderr.isTTY === true;
  readonly #startedAt = Date.now();
  #drawnAt = 0;

  constructor(label: string, quiet: boolean) {
    this.#label = label;
    this.#quiet = quiet;
  }

  /** `share` from 0 to 1; NaN when the end is not known. */
  update(share: number, detail = ''): void {
    const now = Date.now();
    if (this.#quiet || now - this.#drawnAt < (this.#terminal ? 100 : 5000)) return;
    if (!this.#terminal && now - this.#startedAt < 5000) return;
    this.#drawnAt = now;
    const percent = Number.isNaN(share) ? '' : ` ${String(Math.floor(100 * share)).padStart(3)} %`;
    if (!this.#terminal) process.stderr.write(`${this.#label}${percent} ${detail}\n`);
    else process.stderr.write(`\r\x1b[K${this.#fit(`${this.#label}${bar(share)}${percent}  ${detail}`)}`);
  }

  /** Takes the line away. */
  done(): void {
    if (this.#terminal && this.#drawnAt > 0) process.stderr.write('\r\x1b[K');
  }

  #fit(text: string): string {
    return text.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1));
  }
}

function bar(share: number): string {
  if (Number.isNaN(share)) return '';
  const full = Math.round(24 * Math.min(1, Math.max(0, share)));
  return ` [${'#'.repeat(full)}${'.'.repeat(24 - full)}]`;
}
