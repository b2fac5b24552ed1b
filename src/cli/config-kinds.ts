/** The kinds of config that there are, for `truetape config`. */
import { z } from 'zod';
import { checkSettingsSchema } from '../check/settings.ts';
import { paperConfigSchema } from '../live/config.ts';
import { recordConfigSchema } from '../recorder/config.ts';
import { runConfigSchema } from '../run/config.ts';
import { suiteSchema } from '../verify/suite.ts';

interface Kind {
  readonly schema: z.ZodObject;
  /** Of the JSON schema. */
  readonly about: string;
}

export const configKinds: Readonly<Record<string, Kind>> = {
  record: { schema: recordConfigSchema, about: 'what truetape record puts on a tape' },
  paper: { schema: paperConfigSchema, about: 'a session on paper: what is recorded, what trades on it, who is told' },
  run: { schema: runConfigSchema, about: "settings of a run that are not the strategy's" },
  suite: { schema: suiteSchema, about: 'cases of truetape verify: which runs are made, and what is expected of them' },
  check: { schema: checkSettingsSchema, about: 'limits of truetape check' },
};

export const kindNames = Object.keys(configKinds);

/** The kind that knows most of the settings; undefined if none knows any. */
export function kindOf(config: unknown): string | undefined {
  const settings = Object.keys(config ?? {});
  const known = (kind: string) => settings.filter((name) => name in configKinds[kind].schema.shape).length;
  const [best] = kindNames.toSorted((a, b) => known(b) - known(a));
  return known(best) > 0 ? best : undefined;
}

/** For editors. A file that extends another one may leave out what that one says. */
export function jsonSchemaOf(kind: string): Readonly<Record<string, unknown>> {
  const { schema, about } = configKinds[kind];
  const { $schema, properties, required, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // What editors of YAML know best.
    target: 'draft-07',
  });
  return {
    $schema,
    title: `truetape ${kind} config`,
    description: about,
    ...rest,
    properties: {
      extends: { type: 'string', description: 'file to take settings over from, relative to this one' },
      ...properties,
    },
    ...(required && { anyOf: [{ required }, { required: ['extends'] }] }),
  };
}
