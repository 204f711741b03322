#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { addDemoWorld } from './demo-world.ts';
import { createSandboxPage } from './page/page.ts';
import { servePage } from './page/serve.ts';
import { createTelegramSandbox } from './sandbox.ts';

const HELP = `telegram-sandbox: a Telegram Bot API on this machine, with a chat page

  --port <n>       where the Bot API listens; default 8081
  --page-port <n>  where the chat page listens; default 8082
  --token <token>  the bot's token, such as 1234567:AAF…; default: a fixed one, printed at the start
  --name <name>    the bot's name
  --username <u>   the bot's username
  --empty          without the demo's people and chats
  --help
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8081' },
    'page-port': { type: 'string', default: '8082' },
    token: { type: 'string' },
    name: { type: 'string' },
    username: { type: 'string' },
    empty: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const { token, name, username } = values;
  const sandbox = createTelegramSandbox({
    port: Number(values.port),
    ...(token ? { token } : {}),
    ...(name ? { name } : {}),
    ...(username ? { username } : {}),
  });
  if (!values.empty) addDemoWorld(sandbox);
  await sandbox.start();
  const page = await servePage(createSandboxPage({ sandbox }), Number(values['page-port']));
  console.log(`Bot API root  ${sandbox.apiRoot}\nBot token     ${sandbox.token}\nChat page     ${page.url}`);

  const stop = () => void Promise.all([page.stop(), sandbox.stop()]);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
