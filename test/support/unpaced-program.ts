import { runProgram } from '../../src/program.ts';
import { unlimited } from '../../src/telegram/flood-limits.ts';

/** The program as `src/main.ts` runs it, for a Telegram that does not limit. */
await runProgram({
  env: process.env,
  directory: process.cwd(),
  args: process.argv.slice(2),
  limits: () => unlimited,
});
