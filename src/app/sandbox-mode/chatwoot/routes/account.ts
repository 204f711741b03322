import { type Request, Router } from 'express';
import { callerOf, notFound, refuse, requireAdministrator } from '../auth.ts';
import { changeConversation } from '../change.ts';
import { contactJson } from '../parts-json.ts';
import { agentJson, inboxJson, webhookJson } from '../rest-json.ts';
import { token, type World } from '../world.ts';

/** Everything of an account that is not one conversation. */
export function accountRoutes(world: World): Router {
  const router = Router({ mergeParams: true });

  router.post('/bulk_actions', (req, res) => {
    const caller = callerOf(res);
    if (caller.kind === 'bot') return refuse(res);
    const { ids = [], labels = {} } = req.body ?? {};
    const fields = req.body?.fields ?? {};
    res.status(200).end();
    // A job does it later.
    setImmediate(() => {
      for (const id of [ids].flat()) {
        const conversation = world.conversations.get(Number(id));
        if (!conversation) continue;
        const kept = conversation.labels.filter((label) => !(labels.remove ?? []).includes(label));
        const assignee = world.users.find((user) => user.id === fields.assignee_id) ?? null;
        const change = {
          labels: [...new Set([...kept, ...(labels.add ?? [])])],
          ...(fields.status === undefined ? {} : { status: fields.status }),
          ...(fields.assignee_id === undefined ? {} : { assignee }),
        };
        changeConversation(world, conversation, change, caller);
      }
    });
  });

  router.get('/agents', (_req, res) => void res.json(world.users.map((user) => agentJson(world, user))));
  router.get('/inboxes', (_req, res) => void res.json({ payload: world.inboxes.map(inboxJson) }));
  router.get('/teams', (_req, res) => void res.json([]));
  router.get('/labels', (_req, res) => {
    const titles = new Set([...world.conversations.values()].flatMap(({ labels }) => labels));
    const payload = [...titles].map((title, index) => ({
      id: index + 1,
      title,
      description: null,
      color: '#1f93ff',
      show_on_sidebar: true,
    }));
    res.json({ payload });
  });
  router.get('/canned_responses', (req, res) => {
    const search = typeof req.query['search'] === 'string' ? req.query['search'] : '';
    const found = world.cannedResponses.filter((one) => `${one.shortCode} ${one.content}`.includes(search));
    const json = found.map(({ id, shortCode, content }) => ({
      id,
      account_id: world.accountId,
      short_code: shortCode,
      content,
    }));
    res.json(json);
  });
  router.get('/contacts/search', (req, res) => {
    const words = typeof req.query['q'] === 'string' ? req.query['q'].toLowerCase() : '';
    const payload = [...world.contacts.values()]
      .map(contactJson)
      .filter((one) => [one.name, one.email, one.phone_number].some((text) => text?.toLowerCase().includes(words)));
    res.json({ meta: { count: payload.length, current_page: 1 }, payload });
  });
  router.get('/contacts/:contactId', (req, res) => {
    const contact = world.contacts.get(Number(req.params['contactId']));
    if (!contact) return notFound(res);
    res.json({ payload: contactJson(contact) });
  });

  router.get('/webhooks', requireAdministrator, (_req, res) => {
    res.json({ payload: { webhooks: world.webhooks.map((webhook) => webhookJson(world, webhook)) } });
  });
  router.post('/webhooks', requireAdministrator, (req, res) => {
    const { name, url, subscriptions } = webhookFields(req);
    if (url === undefined || !URL.canParse(url)) {
      return void res.status(422).json({ message: 'Url is invalid', attributes: ['url'] });
    }
    if (world.webhooks.some((one) => one.url === url)) {
      return void res.status(422).json({ message: 'Url has already been taken', attributes: ['url'] });
    }
    if (subscriptions.length === 0) {
      return void res.status(422).json({ message: 'Subscriptions Invalid events', attributes: ['subscriptions'] });
    }
    const webhook = { id: world.nextId('webhook'), secret: token(), name, url, subscriptions };
    world.webhooks.push(webhook);
    res.json({ payload: { webhook: webhookJson(world, webhook) } });
  });
  router.patch('/webhooks/:webhookId', requireAdministrator, (req, res) => {
    const webhook = world.webhooks.find(({ id }) => id === Number(req.params['webhookId']));
    if (!webhook) return notFound(res);
    const { url = webhook.url, subscriptions } = webhookFields(req);
    Object.assign(webhook, { url, ...(subscriptions.length > 0 ? { subscriptions } : {}) });
    res.json({ payload: { webhook: webhookJson(world, webhook) } });
  });
  router.delete('/webhooks/:webhookId', requireAdministrator, (req, res) => {
    const index = world.webhooks.findIndex(({ id }) => id === Number(req.params['webhookId']));
    if (index < 0) return notFound(res);
    world.webhooks.splice(index, 1);
    res.status(200).end();
  });

  return router;
}

/** Rails takes the fields alone or wrapped in `webhook`. */
function webhookFields(req: Request): { name: string; url: string | undefined; subscriptions: string[] } {
  const given = req.body?.webhook ?? req.body ?? {};
  const url: unknown = given.url;
  return {
    name: typeof given.name === 'string' ? given.name : '',
    url: typeof url === 'string' ? url : undefined,
    subscriptions: [given.subscriptions ?? []].flat().map(String),
  };
}
