#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// The entry point, in JavaScript: for one in TypeScript, Node loads its compiler at every start and keeps it, 18 MB.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

if (typeof module.registerHooks !== 'function' || typeof module.stripTypeScriptTypes !== 'function') {
  console.error(`Bellhop needs Node 24 or newer; this is ${process.version}.`);
  process.exit(1);
}

// Keeps compiled code between starts: from the second start on, the compiler is not loaded at all, and the start takes
// half the time. Must be switched on before anything else is loaded; where the folder cannot be written it does nothing.
module.enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/bellhop'));

// Node runs TypeScript by itself, but not what is installed below node_modules, as the package is.
if (import.meta.dirname.split(path.sep).includes('node_modules')) {
  module.registerHooks({
    load: (url, context, nextLoad) => {
      if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
      const source = module.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
await import('../src/main.ts');
