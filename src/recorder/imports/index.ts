/** All formats of others, by hand. */
import type { Importer } from './import.ts';
import { importJsonl } from './jsonl.ts';
import { importKalshiNdjson } from './kalshi-ndjson.ts';
import { importLobster } from './lobster.ts';

export const importers: Readonly<Record<string, Importer>> = {
  'kalshi-ndjson': importKalshiNdjson,
  jsonl: importJsonl,
  lobster: importLobster,
};
