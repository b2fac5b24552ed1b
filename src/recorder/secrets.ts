import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';

/** How long a password manager may take to answer, milliseconds. */
const COMMAND_MS = 60_000;
const GROUP_OR_OTHERS = 0o077;

/** Where a secret is kept. Its value never stands in a config. */
export const secretReferenceSchema = z.union([
  z.strictObject({ file: z.string().min(1).describe('a file that only its owner can read') }),
  z.strictObject({ exec: z.string().min(1).describe('a command whose output is the secret') }),
  z.strictObject({ env: z.string().min(1).describe('an environment variable') }),
]);

export type SecretReference = z.infer<typeof secretReferenceSchema>;

/** The values, by name. Errors name the reference, never a value. */
export async function readSecrets(
  references: Readonly<Record<string, SecretReference>>,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const [name, reference] of Object.entries(references)) values[name] = await readSecret(name, reference);
  return values;
}

async function readSecret(name: string, reference: SecretReference): Promise<string> {
  const value = (await readFrom(name, reference)).trim();
  if (value === '') throw new Error(`secrets.${name}: ${describe(reference)} is empty`);
  return value;
}

/**
 * Those that can be read here and now, and for each of the others why not. Commands are not run, for they may ask people:
 * their secrets are in neither.
 */
export async function probeSecrets(references: Readonly<Record<string, SecretReference>>): Promise<{
  readonly values: Readonly<Record<string, string>>;
  readonly absent: Readonly<Record<string, string>>;
}> {
  const values: Record<string, string> = {};
  const absent: Record<string, string> = {};
  for (const [name, reference] of Object.entries(references)) {
    if ('exec' in reference) continue;
    try {
      values[name] = await readSecret(name, reference);
    } catch (error) {
      absent[name] = (error as Error).message;
    }
  }
  return { values, absent };
}

async function readFrom(name: string, reference: SecretReference): Promise<string> {
  if ('file' in reference) return readOwn(name, reference.file.replace(/^~(?=\/)/, homedir()));
  if ('exec' in reference) return runCommand(name, reference.exec);
  const value = process.env[reference.env];
  if (value === undefined) throw new Error(`secrets.${name}: the environment has no ${reference.env}`);
  return value;
}

async function readOwn(name: string, file: string): Promise<string> {
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) throw new Error(`secrets.${name}: ${file}: no such file`);
  if (process.platform !== 'win32' && (info.mode & GROUP_OR_OTHERS) !== 0) {
    const mode = (info.mode & 0o777).toString(8);
    throw new Error(`secrets.${name}: ${file} can be read by others (mode ${mode}): run chmod 600 ${file}`);
  }
  return readFile(file, 'utf8');
}

async function runCommand(name: string, command: string): Promise<string> {
  try {
    return (await promisify(execFile)('/bin/sh', ['-c', command], { timeout: COMMAND_MS })).stdout;
  } catch (error) {
    // Neither output nor error output: either could hold the secret.
    const { code, killed } = error as { code?: number | string; killed?: boolean };
    const how = killed ? `took longer than ${COMMAND_MS / 1000} s` : `ended with ${code}`;
    throw new Error(`secrets.${name}: the command ${how}: ${command}`);
  }
}

function describe(reference: SecretReference): string {
  if ('file' in reference) return reference.file;
  return 'exec' in reference ? `the output of ${reference.exec}` : reference.env;
}

/** Takes secret values out of a text that others may read: an error's message, a log line. */
export function redacted(text: string, secrets: Readonly<Record<string, string>>): string {
  let safe = text;
  for (const [name, value] of Object.entries(secrets)) safe = safe.replaceAll(value, `\${${name}}`);
  return safe;
}
