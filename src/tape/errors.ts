/** A tape that is not what it should be: which file, what was expected, what was found, what to do. */
export class TapeError extends Error {
  constructor(file: string, problem: { readonly expected: string; readonly found: string; readonly advice: string }) {
    super(`${file}: expected ${problem.expected}, found ${problem.found}; ${problem.advice}`);
    this.name = 'TapeError';
  }
}
