import { parseArgs } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import { erase, type EraseReport, type Who } from '../retention/erase.ts';
import { withDatabase } from './with-database.ts';

const usage =
  'Usage: npm run erase -- --email <address>, --phone <number> or --conversation <source>:<id>, and --dry-run to see what it would do';

/** `npm run erase`: one customer's words and contact data, while Bellhop runs, or is stopped. */
export async function runErase(args: readonly string[], config: Config, log: Log): Promise<number> {
  const options = parseOptions(args);
  if (typeof options === 'string') {
    console.error(`${options} ${usage}`);
    return 1;
  }
  const { who, dryRun } = options;
  return withDatabase(config, log, async (db) => {
    const report = await erase(db, who, { now: new Date(), dryRun });
    if (!dryRun) log.info({ by: who.by, incidences: report.incidences, ...report.erased }, 'privacy.erased');
    console.log(describe(report, dryRun).join('\n'));
    return 0;
  });
}

/** Or what is wrong with them: a mistyped `--dry-run` must not erase anything. */
function parseOptions(args: readonly string[]): Readonly<{ who: Who; dryRun: boolean }> | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        email: { type: 'string' },
        phone: { type: 'string' },
        conversation: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const given = [whoByEmail(values.email), whoByPhone(values.phone), whoByConversation(values.conversation)].filter(
      (one) => one !== undefined,
    );
    const [who] = given;
    if (given.length !== 1 || who === undefined) return 'Name one customer.';
    return typeof who === 'string' ? who : { who, dryRun: values['dry-run'] };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return `${error.message.split(/\.\s/, 1)[0]}.`;
  }
}

function whoByEmail(email: string | undefined): Who | string | undefined {
  if (email === undefined) return undefined;
  return /^\S+@\S+$/.test(email.trim()) ? { by: 'email', email: email.trim() } : '--email must be a whole address.';
}

/** As `customerKeys` reads them: shorter ones are extensions. */
function whoByPhone(phone: string | undefined): Who | string | undefined {
  if (phone === undefined) return undefined;
  return phone.replaceAll(/\D/g, '').length >= 7
    ? { by: 'phone', phone: phone.trim() }
    : '--phone must be a whole number of at least seven digits.';
}

function whoByConversation(conversation: string | undefined): Who | string | undefined {
  if (conversation === undefined) return undefined;
  const [, source, externalId] = /^(chatwoot|tawk|alert):(\S+)$/.exec(conversation) ?? [];
  if (source === undefined || externalId === undefined)
    return '--conversation must be chatwoot, tawk or alert, a colon and the number or id that the source gave.';
  return { by: 'conversation', source, externalId };
}

function describe({ incidences, erased, mentions, documents }: EraseReport, dryRun: boolean): string[] {
  const lines = [
    `${dryRun ? 'Would erase' : 'Erased'} the words and contact data of ${counted(incidences.length, 'incidence')}${listed(incidences)}:`,
    ...Object.entries(erased).map(([kind, count]) => `  ${kind}: ${count}`),
  ];
  if (incidences.length > 0 && !dryRun) lines.push('Their cards are edited within minutes, or at the next start.');
  if (mentions.length > 0)
    lines.push(
      `Not erased, because they are of other customers or without this address: ${listed(mentions).trim()} mention it. Read them with /incidence, and erase them with --conversation.`,
    );
  if (documents.length > 0)
    lines.push('Delete these messages in Telegram by hand:', ...documents.map((document) => `  ${linkTo(document)}`));
  lines.push('Erase the conversation in Chatwoot or Tawk.to as well, and old backups. See docs/privacy.md.');
  return lines;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function listed(ids: readonly number[]): string {
  return ids.map((id) => ` #${id}`).join('');
}

/** A supergroup's messages have links; elsewhere the numbers must do. */
function linkTo({ chatId, messageId }: EraseReport['documents'][number]): string {
  const [, supergroup] = /^-100(\d+)$/.exec(String(chatId)) ?? [];
  return supergroup === undefined
    ? `message ${messageId} in chat ${chatId}`
    : `https://t.me/c/${supergroup}/${messageId}`;
}
