import { randomUUID } from 'node:crypto';
import type { Message } from 'grammy/types';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as linkStore from '../../people/link-store.ts';
import type { Person } from '../../people/person.ts';
import * as replyStore from '../../replies/reply-store.ts';
import { cleanText } from '../../sources/clean-text.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { maxFileBytes } from '../fetch-file.ts';
import { reply } from '../reply.ts';
import { longestReply, replyPreview } from '../views/reply.ts';

/** What somebody wants a customer to get. */
type Content = Readonly<{ text: string; file: replyStore.Reply['file'] }>;

/** How a reply would reach the customer, asked before anybody types. Says why not, where it cannot. */
export async function findWay(
  ctx: BotContext,
  deps: BotDeps,
  id: number,
): Promise<Readonly<{ channel: string }> | undefined> {
  const { replies, commands } = deps.locale.texts;
  const incidence = await incidenceViewStore.findById(deps.db, id);
  const refuse = async (text: Parameters<typeof reply>[2]) => void (await reply(ctx, deps, text));
  if (!incidence) return refuse(commands.noSuchIncidence(id)).then(() => undefined);
  if (!deps.replyDesk) return refuse(replies.notConfigured).then(() => undefined);
  if (incidence.source === 'tawk' || incidence.kind !== 'conversation') {
    return refuse(replies.notChatwoot(id)).then(() => undefined);
  }
  const way = await deps.replyDesk.wayTo(incidence.externalId);
  if (!way.ok) return refuse(replies.unreachable(id, way.problem)).then(() => undefined);
  if (!way.canReply) return refuse(replies.windowClosed(id, way.channel)).then(() => undefined);
  return { channel: way.channel };
}

/** Shows what the customer will see; only the button under it sends anything. */
export async function showPreview(
  ctx: BotContext,
  deps: BotDeps,
  draft: Readonly<{ id: number; person: Person; content: Content; channel: string }>,
): Promise<void> {
  const { replies } = deps.locale.texts;
  const { id, person, channel, content } = draft;
  const typed = cleanText(content.text);
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!incidence || !ctx.chat) return;
  if (typed === '' && !content.file) return void (await reply(ctx, deps, replies.empty));
  if ([...typed].length > longestReply) return void (await reply(ctx, deps, replies.tooLong(longestReply)));
  if ((content.file?.bytes ?? 0) > maxFileBytes) return void (await reply(ctx, deps, replies.tooLarge));

  const link = await linkStore.findValid(deps.db, person.id);
  const isLinked = link !== undefined && deps.tokenBox?.open(person.id, link.token) !== undefined;
  const text = isLinked ? typed : [typed, `— ${person.firstName}`].filter(Boolean).join('\n\n');
  const given = { incidenceId: id, personId: person.id, asSelf: isLinked, text, file: content.file, channel };
  const row = { ...given, nonce: randomUUID(), chatId: ctx.chat.id };
  const created = await replyStore.insertDraft(deps.db, row, deps.now());
  const { text: shown, keyboard } = replyPreview(created, incidence, deps.locale.texts);
  const messageId = await reply(ctx, deps, shown, { keyboard });
  if (messageId !== undefined) await replyStore.update(deps.db, created.id, { messageId });
}

/** The text and the file of a message. Of a photo, the largest version. */
export function contentOf(message: Message): Content {
  const text = message.text ?? message.caption ?? '';
  const { document } = message;
  const photo = message.photo?.at(-1);
  if (document) {
    const { file_id: id, file_name: name = 'file', mime_type: type = 'application/octet-stream' } = document;
    return { text, file: { id, name, type, bytes: document.file_size ?? 0 } };
  }
  if (!photo) return { text, file: null };
  return { text, file: { id: photo.file_id, name: 'photo.jpg', type: 'image/jpeg', bytes: photo.file_size ?? 0 } };
}

/** The text after `/reply 42`, with its line breaks. */
export function typedReply(text: string): string {
  return /^\s*\/\S+\s+#?\S+\s([\s\S]*)$/.exec(text)?.[1]?.trim() ?? '';
}
