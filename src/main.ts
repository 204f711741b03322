import { limitHeap, limitHeapDuringStart } from './app/heap-limits.ts';

limitHeapDuringStart();
const { runProgram } = await import('./program.ts');

await runProgram({ env: process.env, directory: process.cwd(), args: process.argv.slice(2) });
limitHeap();
