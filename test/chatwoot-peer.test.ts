import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatwootPeer, createChatwootPeer } from '../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { isSigned } from '../src/chatwoot/signature.ts';
import { waitUntil } from './support/wait.ts';

const fixture = (name: string) => JSON.parse(readFileSync(`test/fixtures/chatwoot/${name}.json`, 'utf8'));
const keys = (value: object) => Object.keys(value).toSorted();

describe('the Chatwoot of the sandbox', () => {
  let peer: ChatwootPeer;

  beforeEach(async () => {
    peer = createChatwootPeer();
    await peer.start();
  });

  afterEach(() => peer.stop());

  const call = async (method: string, path: string, body?: object, token = peer.token) => {
    const answer = await fetch(`${peer.baseUrl()}/api/v1/accounts/7${path}`, {
      method,
      headers: { 'api-access-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return { status: answer.status, type: answer.headers.get('content-type'), json: isJson ? JSON.parse(text) : text };
  };

  it('answers with the fields of the real one', async () => {
    const { id } = peer.open();
    peer.change(id, { assignee: peer.user(31) });
    const show = await call('GET', `/conversations/${id}`);
    expect(keys(show.json)).toEqual(keys(fixture('rest/rest_conversation_show')));
    expect(keys(show.json.meta)).toEqual(keys(fixture('rest/rest_conversation_show').meta));

    const list = await call('GET', '/conversations?status=all&updated_within=300');
    expect(keys(list.json.data.meta)).toEqual(keys(fixture('rest/rest_conversations_list').data.meta));
    expect(list.json.data.payload.map((one: { id: number }) => one.id)).toEqual([id]);

    const note = { content: 'A note', private: true, echo_id: 'x', content_attributes: { bellhop: { nonce: 1 } } };
    const created = await call('POST', `/conversations/${id}/messages`, note);
    expect(keys(created.json)).toEqual(keys(fixture('rest/rest_message_create_private_note')));
    expect(created.json.content_attributes).toEqual({ bellhop: { nonce: 1 } });

    const toggled = await call('POST', `/conversations/${id}/toggle_status`, { status: 'resolved' });
    expect(keys(toggled.json.payload)).toEqual(keys(fixture('rest/rest_toggle_status_resolved').payload));
    const agents = await call('GET', '/agents');
    expect(keys(agents.json[0])).toEqual(keys(fixture('rest/rest_agents_list')[0]));
  });

  it('imitates the traps', async () => {
    const { id } = peer.open();
    const at = `/conversations/${id}`;
    const status = async (body: object, token?: string) =>
      (await call('POST', `${at}/toggle_status`, body, token)).status;

    expect(await status({ status: 'snoozed', snoozed_until: '2026-03-16T09:00:00Z' })).toBe(500);
    expect(await status({ status: 'asleep' })).toBe(500);
    expect((await call('POST', `${at}/toggle_priority`, { priority: 'none' })).status).toBe(500);

    expect(await status({})).toBe(200);
    expect(peer.conversation(id).status).toBe('resolved');
    // An agent who reopens becomes the assignee.
    expect(await status({ status: 'open' }, peer.user(32).token)).toBe(200);
    expect(peer.conversation(id).assignee?.id).toBe(32);
    expect((await call('POST', `${at}/assignments`, { assignee_id: 999 })).json).toBeNull();
    expect(peer.conversation(id).assignee).toBeNull();

    await call('POST', `${at}/labels`, { labels: ['one', 'two'] });
    await call('POST', `${at}/labels`, { labels: ['three'] });
    expect(peer.conversation(id).labels).toEqual(['three']);
    await call('POST', '/bulk_actions', { type: 'Conversation', ids: [id], labels: { add: ['x'], remove: ['three'] } });
    await waitUntil(() => peer.conversation(id).labels.join() === 'x');

    const liquid = { content: '{{contact.email}} `{{contact.email}}` {% if a %}b', private: true };
    const said = await call('POST', `${at}/messages`, liquid);
    expect(said.json.content).toBe('ana.pereira@example.com `{{contact.email}}` b');

    expect((await call('GET', '/conversations', undefined, 'wrong')).status).toBe(401);
    expect((await call('GET', '/webhooks', undefined, peer.user(32).token)).status).toBe(401);
    expect((await call('GET', `${at}/messages`, undefined, peer.world.bots[0]?.token)).status).toBe(401);
    expect((await call('GET', '/conversations/1')).json).toEqual(fixture('rest/rest_error_404'));
  });

  it('fails, hangs and cuts connections on request', async () => {
    const { id } = peer.open();
    peer.rest.add({ as: { status: 429 }, times: 1 });
    const limited = await call('GET', `/conversations/${id}`);
    expect([limited.status, limited.type, limited.json]).toEqual([429, 'text/plain; charset=utf-8', 'Retry later\n']);

    peer.rest.add({ match: /^POST .*messages$/, as: 'cut-after', times: 1 });
    await expect(call('POST', `/conversations/${id}/messages`, { content: 'once' })).rejects.toThrow();
    expect(peer.conversation(id).messages.filter(({ content }) => content === 'once')).toHaveLength(1);
    peer.rest.add({ as: 'cut', times: 1 });
    await expect(call('POST', `/conversations/${id}/messages`, { content: 'never' })).rejects.toThrow();
    expect(peer.conversation(id).messages.some(({ content }) => content === 'never')).toBe(false);
  });

  it('keeps the files of a multipart message', async () => {
    const { id } = peer.open();
    const form = new FormData();
    form.set('content', 'Your receipt');
    form.set('content_attributes', JSON.stringify({ bellhop: { nonce: 'a' } }));
    form.append('attachments[]', new Blob(['%PDF'], { type: 'application/pdf' }), 'receipt.pdf');
    const answer = await fetch(`${peer.baseUrl()}/api/v1/accounts/7/conversations/${id}/messages`, {
      method: 'POST',
      headers: { api_access_token: peer.token },
      body: form,
    });
    const json = JSON.parse(await answer.text());
    expect(json.content_attributes).toEqual({ bellhop: { nonce: 'a' } });
    expect(await (await fetch(json.attachments[0].data_url)).text()).toBe('%PDF');
  });
});

describe('its webhooks', () => {
  it('tell signed of each change, and can be lost and doubled', async () => {
    const peer = createChatwootPeer();
    await peer.start();
    const got: { raw: Buffer; header: (name: string) => string | undefined }[] = [];
    const receiver = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      got.push({ raw: Buffer.concat(chunks), header: (name) => req.headers[name]?.toString() });
      res.end('{}');
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    try {
      const secret = 'FAKEwebhookSECRET24chars';
      peer.addWebhook(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, secret);
      const { id } = peer.open({ content: '1 < 2 & so on' });
      peer.change(id, { status: 'resolved' });
      await waitUntil(() => peer.webhooks.sent().length === 4);
      const bodies = got.map(({ raw }) => JSON.parse(raw.toString()));
      expect(bodies.map(({ event }) => event)).toEqual([
        'conversation_created',
        'message_created',
        'conversation_status_changed',
        'conversation_updated',
      ]);
      expect(got.every(({ raw, header }) => isSigned(raw, header, [secret], new Date()).ok)).toBe(true);
      expect(got[1]?.raw.toString()).toContain('1 \\u003c 2 \\u0026 so on');
      expect(keys(bodies[1])).toEqual(keys(fixture('webhook_message_created_incoming')));
      expect(keys(bodies[1].conversation)).toEqual(keys(fixture('webhook_message_created_incoming').conversation));
      expect(keys(bodies[3])).toEqual(keys(fixture('webhook_conversation_updated_status_resolved')));
      expect(bodies[2].changed_attributes).toBeNull();

      peer.webhooks.setFaults({ lose: 1 });
      peer.customerWrites(id, 'lost');
      await peer.webhooks.idle();
      expect(peer.webhooks.sent().filter(({ result }) => result === 'lost').length).toBeGreaterThan(0);
      peer.webhooks.setFaults({ double: 1 });
      const before = got.length;
      peer.agentWrites(id, 'twice', { private: true });
      await waitUntil(() => got.length === before + 2);
      const [first, second] = got.slice(before).map(({ header }) => header('x-chatwoot-delivery'));
      expect(first).toBe(second);
    } finally {
      receiver.close();
      await peer.stop();
    }
  });
});
