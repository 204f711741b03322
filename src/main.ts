import { enableCompileCache } from 'node:module';
import path from 'node:path';

// Keeps compiled code between starts: 25 MB less memory and half the time to start, from the second start on.
// Must be switched on before anything else is loaded; where the folder cannot be written it does nothing.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/bellhop'));
const { runProgram } = await import('./program.ts');

await runProgram({ env: process.env, directory: process.cwd(), args: process.argv.slice(2) });
