/**
 * A few lines at the foot of a terminal that are drawn again and again; what is logged goes above them and stays. The
 * cursor is left visible and no mode of the terminal is changed, so there is nothing to mend when the program ends,
 * however it ends. By hand, because log-update's hidden cursor comes with signal handlers that end the process at Ctrl-C
 * before the tape is closed.
 */
export class Screen {
  readonly #terminal: Terminal;
  /** On the terminal now, cut to its size. */
  #shown: readonly string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  draw(lines: readonly string[]): void {
    const { columns = 80, rows = 24 } = this.#terminal;
    // One row for the cursor, and one so that the top is never reached: some terminals keep what is erased from there.
    const shown = lines.slice(0, rows - 2).map((line) => cut(line, columns - 1));
    this.#overwrite(shown);
    this.#shown = shown;
  }

  log(line: string): void {
    this.#overwrite([plain(line), ...this.#shown]);
  }

  /** Takes the lines away. */
  clear(): void {
    this.#overwrite([]);
    this.#shown = [];
  }

  /** In one write, line by line, and only then what is left of the old ones: nothing flickers. */
  #overwrite(lines: readonly string[]): void {
    this.#terminal.write(`${this.#up()}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
  }

  /** To the first of the lines; a terminal that has become narrower since has wrapped them. */
  #up(): string {
    const { columns = 80 } = this.#terminal;
    const rows = this.#shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    return rows === 0 ? '' : `\r\x1b[${rows}A`;
  }
}

/** What a screen needs of `process.stderr`. */
interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** What a venue says may hold anything: no control character of it reaches the terminal. */
const plain = (line: string): string => line.replaceAll(/\p{Cc}/gu, ' ');

function cut(line: string, columns: number): string {
  const text = plain(line);
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
