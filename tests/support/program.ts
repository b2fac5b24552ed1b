import { vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The command line without the second that a process of its own takes to start. */
export async function inThisProcess(args: readonly string[], folder: string) {
  const written = { stdout: '', stderr: '' };
  const before = process.cwd();
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  // What yargs prints itself goes through the console, which the test runner holds.
  const help = vi.spyOn(console, 'log').mockImplementation((text) => {
    written.stdout += `${text}\n`;
  });
  const heard = signals.map((name) => process.listeners(name));
  process.chdir(folder);
  try {
    await runProgram(args);
    return { ...written, status: process.exitCode ?? 0 };
  } finally {
    process.exitCode = undefined;
    process.chdir(before);
    for (const spy of [...spies, help]) spy.mockRestore();
    for (const [i, name] of signals.entries())
      for (const listener of process.listeners(name))
        if (!heard[i].includes(listener)) process.removeListener(name, listener);
  }
}
