import { Router, type Request } from 'express';
import { callerOf, conversationOf, notFound } from '../auth.ts';
import { deleteMessage, TooManyMessages } from '../messages.ts';
import { messageJson } from '../rest-json.ts';
import { addCustomerMessage, addOutgoingMessage } from '../conversation-messages.ts';
import type { Attachment } from '../records.ts';
import type { World } from '../world.ts';

/** Pages of `GET messages`: the newest without a place, before one, after one. */
const pageSizes = { latest: 20, before: 20, after: 100 } as const;

export function messageRoutes(world: World, baseUrl: () => string): Router {
  const router = Router({ mergeParams: true });

  router.get('/conversations/:id/messages', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    const { before, after } = req.query;
    const { messages } = conversation;
    const page =
      after !== undefined
        ? messages.filter(({ id }) => id > Number(after)).slice(0, pageSizes.after)
        : before !== undefined
          ? messages.filter(({ id }) => id < Number(before)).slice(-pageSizes.before)
          : messages.slice(-pageSizes.latest);
    const payload = page.map((message) => messageJson(world, baseUrl(), conversation, message));
    res.json({ meta: { labels: conversation.labels, additional_attributes: {} }, payload });
  });

  router.post('/conversations/:id/messages', async (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    const { fields, attachments } = await read(world, req);
    const contentAttributes = asObject(fields['content_attributes']);
    const content = textOf(fields['content']) ?? null;
    try {
      if (fields['message_type'] === 'incoming') {
        if (conversation.inbox.channel !== 'Channel::Api') {
          return void res.status(422).json({ error: 'Incoming messages are only allowed in Api inboxes' });
        }
        const received = addCustomerMessage(world, conversation, content ?? '', contentAttributes);
        return void res.json(messageJson(world, baseUrl(), conversation, received));
      }
      const message = addOutgoingMessage(world, conversation, {
        content,
        contentAttributes,
        attachments,
        private: fields['private'] === true || fields['private'] === 'true',
        sender: callerOf(res),
        echoId: textOf(fields['echo_id']),
        sourceId: textOf(fields['source_id']) ?? null,
      });
      res.json(messageJson(world, baseUrl(), conversation, message));
    } catch (err) {
      if (!(err instanceof TooManyMessages)) throw err;
      res.status(422).json({ error: err.message });
    }
  });

  router.delete('/conversations/:id/messages/:messageId', (req, res) => {
    const conversation = conversationOf(world, req);
    const message = conversation?.messages.find(({ id }) => id === Number(req.params['messageId']));
    if (!conversation || !message) return notFound(res);
    deleteMessage(world, conversation, message);
    res.status(200).end();
  });

  return router;
}

/** The fields of a JSON or multipart body; in the latter, objects come as JSON text and files as `attachments[]`. */
async function read(
  world: World,
  req: Request,
): Promise<{ fields: Record<string, unknown>; attachments: Attachment[] }> {
  if (!Buffer.isBuffer(req.body)) return { fields: req.body ?? {}, attachments: [] };
  const headers = { 'content-type': req.get('content-type') ?? '' };
  const form = await new Response(new Uint8Array(req.body), { headers }).formData();
  const fields = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
  const files = form.getAll('attachments[]').filter((value) => typeof value !== 'string');
  const attachments = files.map(async (file): Promise<Attachment> => {
    const fileType = file.type.startsWith('image/') ? 'image' : 'file';
    const bytes = Buffer.from(await file.arrayBuffer());
    return { id: world.nextId('attachment'), fileType, contentType: file.type, fileName: file.name, bytes };
  });
  return { fields, attachments: await Promise.all(attachments) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined;
}

function asObject(value: unknown): Record<string, unknown> {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}
