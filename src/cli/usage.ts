import type { Argv, CommandModule } from 'yargs';

/** What yargs knows about a verb's options, and its types do not tell. */
interface Known extends Argv {
  getOptions(): Readonly<Record<'array' | 'string' | 'number', readonly string[]>> & {
    readonly alias: Readonly<Record<string, readonly string[]>>;
  };
  getGroups(): Readonly<Record<string, readonly string[]>>;
}

/**
 * A verb whose options are strict about values: each needs one, single ones are given once, and a list takes one value
 * at a time, so that it does not swallow what comes after it.
 */
export function oneValueEach<T>(verb: CommandModule<object, T>): CommandModule {
  const builder = verb.builder as (options: Argv) => unknown;
  return {
    ...verb,
    builder(options: Argv) {
      const examples = examplesOf(options);
      return strict(builder(options) as Known).fail((message, error) => {
        throw error ?? new Error(told(message, String(verb.command), examples[0]));
      });
    },
  } as unknown as CommandModule;
}

/** Those that the verb is going to give; yargs keeps them to itself. */
function examplesOf(options: Argv): readonly string[] {
  const examples: string[] = [];
  const give = options.example as (text: string, about: string) => Argv;
  options.example = ((text: string, about: string) => {
    examples.push(text.replace('$0', 'truetape'));
    return give.call(options, text, about);
  }) as Argv['example'];
  return examples;
}

/** What yargs says, in a line: what it counts ("Not enough non-option arguments: got 0, need at least 1") by name. */
function told(message: string, command: string, example: string): string {
  const [verb, ...words] = command.split(' ');
  const given = /^Not enough non-option arguments: got (\d+)/.exec(message);
  const option = /^Missing required arguments?: (.*)$/.exec(message);
  const missing = given
    ? words.filter((word) => word.startsWith('<')).slice(Number(given[1]))
    : option?.[1].split(', ').map((name) => `--${name}`);
  const help = `see truetape ${verb} --help`;
  const choice = /Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message);
  if (choice) return `${verb}: ${choice[1]} ${choice[2]} is none of ${choice[3]}; ${help}`;
  if (missing === undefined) return `${message}; ${help}`;
  const names = missing.map((name) => name.replace('..>', '>'));
  return `${verb}: ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} missing; write for example ${example}; ${help}`;
}

function strict(verb: Known): Argv {
  const { array, string, number, alias } = verb.getOptions();
  const positionals = verb.getGroups()['Positionals:'] ?? [];
  const aliases = Object.values(alias).flat();
  const named = [...string, ...number].filter((name) => !positionals.includes(name) && !aliases.includes(name));
  const lists = named.filter((name) => array.includes(name));
  const singles = named.filter((name) => !array.includes(name));
  return verb
    .nargs(Object.fromEntries(lists.map((name) => [name, 1])))
    .requiresArg(singles)
    .updateStrings({ 'Not enough arguments following: %s': 'option %s needs a value' })
    .check((given) => {
      for (const name of singles) {
        if (Array.isArray(given[name]))
          throw new Error(`option ${name} is given ${given[name].length} times, can be given once`);
        if (given[name] === '') throw new Error(`option ${name} needs a value`);
      }
      return true;
    });
}
