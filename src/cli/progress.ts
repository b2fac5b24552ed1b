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
    if (this.#terminal) {
      process.stderr.write(`\r\x1b[K${progressLine(this.#label, share, detail, process.stderr.columns ?? 80)}`);
    } else process.stderr.write(`${this.#label}${percent(share)} ${detail}\n`);
  }

  /** Takes the line away. */
  done(): void {
    if (this.#terminal && this.#drawnAt > 0) process.stderr.write('\r\x1b[K');
  }
}

/** On a narrow terminal the bar shrinks, then the label is cut, then the detail goes: how far it is always shows. */
export function progressLine(label: string, share: number, detail: string, columns: number): string {
  const room = columns - 1;
  const state = `${bar(share, Math.min(24, Math.floor(room / 4)))}${percent(share)}`;
  return `${label.slice(0, Math.max(0, room - state.length))}${state}  ${detail}`.slice(0, room).trimEnd();
}

function percent(share: number): string {
  return Number.isNaN(share) ? '' : ` ${String(Math.floor(100 * share)).padStart(3)} %`;
}

function bar(share: number, width: number): string {
  if (Number.isNaN(share)) return '';
  const full = Math.round(width * Math.min(1, Math.max(0, share)));
  return ` [${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}
