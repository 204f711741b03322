#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (typeof module.registerHooks !== 'function' || typeof module.stripTypeScriptTypes !== 'function') {
  console.error(`Bellhop needs Node 24 or newer; this is ${process.version}.`);
  process.exit(1);
}

// Node runs TypeScript by itself, but not what is installed below node_modules, as this package is.
module.registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const source = module.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
    return { format: 'module', source, shortCircuit: true };
  },
});
await import('../src/main.ts');
