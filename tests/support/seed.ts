/**
 * The seed of property tests: new cases with every run, the same ones on a build server, where a failure must be about
 * the change. fast-check prints it when a property fails; FAST_CHECK_SEED repeats a run.
 */
import fc from 'fast-check';

const given = process.env.FAST_CHECK_SEED;
const seed = given !== undefined ? Number(given) : process.env.CI ? 20_261_121 : Date.now() & 0x7fffffff;
fc.configureGlobal({ seed });
