// Like bin/bellhop.js: started from a TypeScript entry point, Node would keep its compiler, 18 MB.
import module from 'node:module';
import path from 'node:path';

module.enableCompileCache(path.join(import.meta.dirname, '../../node_modules/.cache/bellhop'));
await import('./unlimited-product.ts');
