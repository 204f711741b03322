import { alertWebhook, chatwootMessage, signed } from './support/bodies.ts';
import { startServer, temporaryDirectory } from './support/database.ts';
import { productEnv, startProduct } from './support/product.ts';
import { startRemote } from './support/remote.ts';
const kind = process.argv[2];
const d = await temporaryDirectory();
const server = await startServer();
const product = await startProduct({ env: { ...productEnv(await server.create('ours'), 'http://127.0.0.1:1'), ROLES: 'http' }, output: '/tmp/prof/product.log', nodeOptions: process.argv[3]==='prof' ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof', `--cpu-prof-name=${kind}.cpuprofile`] : [] });
const loader = startRemote<any>(new URL('./processes/load.ts', import.meta.url));
const body = kind === 'alert' ? alertWebhook : chatwootMessage;
for (let i = 0; i < 4; i++) { const r = await loader.call('post', { port: product.port, path: '/api/v1/chatwoot/webhook', headers: signed(body), body, connections: 64, ms: 3000 }); console.log(r); }
await product.stop(); await loader.stop(); await server.stop(); await d.remove();
