#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { addDemoWorld } from './demo-world.ts';
import { createSandboxPage } from './page/page.ts';
import { servePage } from './page/serve.ts';
import { createTelegramSandbox } from './sandbox.ts';

const HELP = `Usage: telegram-sandbox [options]

A Telegram Bot API on this machine, with a chat page to talk to your bot.

  --port <n>         port of the Bot API, 0 for a free one (default 8081)
  --page-port <n>    port of the chat page, 0 for a free one (default 8082)
  --token <token>    the bot's token, such as 1234567:AAF…
  --name <name>      the bot's name
  --username <name>  the bot's username
  --empty            start without the demo's people and chats
  --help             print this
`;

const OPTIONS = {
  port: { type: 'string', default: '8081' },
  'page-port': { type: 'string', default: '8082' },
  token: { type: 'string' },
  name: { type: 'string' },
  username: { type: 'string' },
  empty: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

try {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) console.log(HELP);
  else await run(values);
} catch (error) {
  console.error(`telegram-sandbox: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exit(1);
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function run({ token, name, username, ...values }: Values): Promise<void> {
  const pagePort = portOf('--page-port', values['page-port']);
  const sandbox = createTelegramSandbox({
    port: portOf('--port', values.port),
    ...(token ? { token } : {}),
    ...(name ? { name } : {}),
    ...(username ? { username } : {}),
  });
  if (!values.empty) addDemoWorld(sandbox);
  await sandbox.start();
  const page = await servePage(createSandboxPage({ sandbox }), pagePort);
  console.log(`Bot API root: ${sandbox.apiRoot}\nBot token:    ${sandbox.token}\nChat page:    ${page.url}`);

  const stop = () => void Promise.all([page.stop(), sandbox.stop()]);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new Error(`${option} must be a port from 0 to 65535, not "${text}"`);
}
