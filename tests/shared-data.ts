import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real recordings that lie beside the repository and are not part of it (licence): read in place, never copied. */
export const sharedData = fileURLToPath(new URL('../../shared/data/', import.meta.url));

/** True where they are; a test that needs them says `describe.skipIf(!hasSharedData)` and why in its name. */
export const hasSharedData = existsSync(sharedData);

if (!hasSharedData) console.warn('shared recordings not found at ../shared/data: tests on them are skipped');
