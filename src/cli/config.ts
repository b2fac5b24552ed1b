import { stringify } from 'yaml';
import type { CommandModule } from 'yargs';
import { acrossJsonSchema, comparisonJsonSchema } from '../divergence/summary-schema.ts';
import { summaryJsonSchema } from '../reports/summary-schema.ts';
import { checkLayers } from '../run/config.ts';
import { mergeLayers, readLayers } from '../run/config-layers.ts';
import { CHECK_FAILED } from './check.ts';
import { checkDeeply } from './config-depth.ts';
import { configKinds, jsonSchemaOf, kindNames, kindOf } from './config-kinds.ts';
import { log, print, printJson } from './output.ts';

/** Of what `report` and `compare` write as JSON: no configs, but their schemas are asked for in the same way. */
const reportSchemas: Readonly<Record<string, () => ReturnType<typeof jsonSchemaOf>>> = {
  report: summaryJsonSchema,
  compare: comparisonJsonSchema,
  'compare-sessions': acrossJsonSchema,
};

interface Arguments {
  action: 'check' | 'schema';
  names: string[];
  kind?: string;
  print: boolean;
  json: boolean;
}

export const configVerb: CommandModule<object, Arguments> = {
  command: 'config <action> <names..>',
  describe: 'check configs, and what they name, before they are used, or print their JSON schema for an editor',
  builder: (yargs) =>
    yargs
      .positional('action', { choices: ['check', 'schema'] as const, demandOption: true })
      .positional('names', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: `check: YAML files; schema: ${[...kindNames, ...Object.keys(reportSchemas)].join(', ')}`,
      })
      .option('kind', { choices: kindNames, describe: 'check: what the files are; left out: told by their settings' })
      .option('print', {
        type: 'boolean',
        default: false,
        describe: 'check: show each file merged with what it extends; secrets stay references',
      })
      .option('json', { type: 'boolean', default: false })
      .example(
        '$0 config check record.yaml run.yaml',
        'exits with 1 if one of them is wrong; warns of secrets that are not there',
      )
      .example('$0 config check production.yaml --print', 'base and overlay merged')
      .example('$0 config schema record > record.schema.json', '')
      .example(
        '$0 config schema report',
        'what report --format json writes; compare, compare-sessions: what compare does',
      ) as never,
  async handler({ action, names, kind, print: show, json }) {
    if (action === 'schema') {
      const schemas = names.map(schemaNamed);
      if (json) printJson(schemas.length === 1 ? schemas[0] : schemas);
      else for (const schema of schemas) print(JSON.stringify(schema, null, 2));
      return;
    }
    const files = await Promise.all(names.map((file) => checkFile(file, kind)));
    if (json) printJson({ files: files.map(({ config, ...file }) => (show ? { ...file, config } : file)) });
    for (const { file, kind, problem, warnings, config } of files) {
      for (const warning of warnings) log(`truetape: warning: ${warning}`);
      if (problem !== null) log(`truetape: ${problem}`);
      else if (!json)
        print(show ? `# ${file}: a ${kind} config\n${stringify(config)}` : `${file}: a good ${kind} config`);
    }
    if (files.some(({ problem }) => problem !== null)) process.exitCode = CHECK_FAILED;
  },
};

function schemaNamed(kind: string): ReturnType<typeof jsonSchemaOf> {
  if (Object.hasOwn(reportSchemas, kind)) return reportSchemas[kind]();
  if (!kindNames.includes(kind)) {
    throw new Error(`nothing is a ${kind}; there are ${[...kindNames, ...Object.keys(reportSchemas)].join(', ')}`);
  }
  return jsonSchemaOf(kind);
}

interface CheckedFile {
  readonly file: string;
  readonly kind: string | null;
  /** One line that names file and setting; null: none. */
  readonly problem: string | null;
  /** What is not there on this machine, in a line each. */
  readonly warnings: readonly string[];
  /** As given, merged. */
  readonly config?: unknown;
}

async function checkFile(file: string, asked: string | undefined): Promise<CheckedFile> {
  let kind = asked;
  try {
    const layers = await readLayers(file);
    const config = mergeLayers(layers);
    kind ??= kindOf(config);
    if (kind === undefined) throw new Error(`${file}: nothing tells what config it is; add --kind, or a setting`);
    checkLayers(layers, configKinds[kind].schema);
    return { file, kind, problem: null, warnings: await checkDeeply(kind, layers), config };
  } catch (error) {
    return { file, kind: kind ?? null, problem: (error as Error).message.replaceAll('\n', ' '), warnings: [] };
  }
}
