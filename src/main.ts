import { setFlagsFromString } from 'node:v8';
import { limitYoungGeneration } from './app/young-generation.ts';

const megabyte = 2 ** 20;

// V8 learns during the start, when schemas are made, that what some code creates lives long. It then puts what the same
// code creates for each event among the long-lived too, where it stays until the whole heap is collected: 40 MB more.
setFlagsFromString('--no-allocation-site-pretenuring');

// The start fills many short-lived megabytes, for which V8 would make its young generation grow; at rest nothing shrinks
// it again. So it may grow only afterwards, when load asks for it: 25 MB less at rest.
setFlagsFromString('--semi-space-growth-factor=1');
const { runProgram } = await import('./program.ts');

await runProgram({ env: process.env, directory: process.cwd(), args: process.argv.slice(2) });

// Where there is much memory, V8 takes it: up to 128 MB for the young generation, and several times what is alive before
// it collects the whole heap. Under load that was 300 MB and more, of which 40 were alive.
setFlagsFromString('--heap-growing-percent=30');
limitYoungGeneration(16 * megabyte);
