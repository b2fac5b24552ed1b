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
  return { ...verb, builder: (options: Argv) => strict(builder(options) as Known) } as unknown as CommandModule;
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
