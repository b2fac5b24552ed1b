/**
 * Seeded random numbers with labelled splits.
 *
 * Each consumer takes its own split (`rng.split('strategy')`), so a new consumer never shifts the numbers of another.
 * Generator: sfc32 by Chris Doty-Humphrey (PractRand); seeding: 32-bit FNV-1a of seed and label per state word.
 */
export class Rng {
  readonly #path: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string | number) {
    this.#path = String(seed);
    this.#a = fnv1a(`a/${this.#path}`);
    this.#b = fnv1a(`b/${this.#path}`);
    this.#c = fnv1a(`c/${this.#path}`);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A generator of its own for `label`; depends on seed and label alone, not on numbers already drawn. */
  split(label: string): Rng {
    return new Rng(`${this.#path}/${label}`);
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform integer in [0, limit); `limit` from 1 to 2^32. Rejection keeps it free of bias. */
  below(limit: number): number {
    const zone = 4294967296 - (4294967296 % limit);
    let value = this.uint32();
    while (value >= zone) value = this.uint32();
    return value % limit;
  }

  /** Uniform number in [0, 1) with 53 random bits, as `Math.random` gives. */
  unit(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Normal with mean 0 and deviation 1, by Marsaglia's polar method: of what is not exact it needs the logarithm alone. */
  normal(): number {
    for (;;) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
