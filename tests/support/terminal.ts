/** Some rows up, an erasure, or any one character. */
const PARTS = /\p{Cc}\[(\d+)A|\p{Cc}\[([KJ])|[\s\S]/gu;

/** As much of a terminal as a screen needs: lines that wrap and scroll, going up, and erasing. */
export class FakeTerminal {
  readonly columns: number;
  readonly rows: number;
  /** Everything since the start, what has scrolled away too. */
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** What is to be seen, scrolling back, without empty lines. */
  get text(): string[] {
    return this.#lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  }

  write(output: string): void {
    for (const [part, up, erase] of output.matchAll(PARTS)) {
      // What has scrolled away is out of reach.
      if (up) this.#row = Math.max(this.#lines.length - this.rows, 0, this.#row - Number(up));
      else if (erase) {
        this.#lines[this.#row] = this.#lines[this.#row].slice(0, this.#column);
        if (erase === 'J') this.#lines.length = this.#row + 1;
      } else if (part === '\r') this.#column = 0;
      else if (part === '\n') this.#newLine();
      else this.#put(part);
    }
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  #put(character: string): void {
    if (this.#column === this.columns) this.#newLine();
    const line = this.#lines[this.#row].padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column++;
  }
}
