import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { loadStrategy } from '../run/load-strategy.ts';
import { shippedStrategies } from '../strategies/index.ts';
import { print, printJson, table } from './output.ts';

interface Arguments {
  file?: string;
  json: boolean;
}

export const strategiesVerb: CommandModule<object, Arguments> = {
  command: 'strategies [file]',
  describe: 'list the shipped strategies, or one file, with their parameters',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'a strategy file of your own' })
      .option('json', { type: 'boolean', default: false })
      .example('$0 strategies', 'what comes with truetape')
      .example('$0 strategies ./mine.ts', 'does my file load, and what are its parameters?'),
  async handler({ file, json }) {
    const definitions = file === undefined ? shippedStrategies : [(await loadStrategy(file)).definition];
    const listed = definitions.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters: describeParameters(parameters),
    }));
    if (json) {
      printJson({ strategies: listed });
      return;
    }
    for (const { name, description, parameters } of listed) {
      print(`${name}\n  ${description}`);
      if (parameters.length > 0) {
        const rows = parameters.map((parameter) => [parameter.name, String(parameter.default), parameter.description]);
        print(table(['parameter', 'default', 'meaning'], rows).replaceAll(/^/gm, '  '));
      }
      print('');
    }
  },
};

function describeParameters(schema: z.ZodType): { name: string; default: unknown; description: string }[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { default: value, description = '' } = property as { default?: unknown; description?: string };
    return { name, default: value, description };
  });
}
