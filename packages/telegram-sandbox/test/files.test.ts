import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../src/control.ts';
import { startSandbox } from './support/start-sandbox.ts';

type Uploaded = {
  ok: boolean;
  description?: string;
  result: { document: { file_id: string }; photo: { file_id: string }[] };
};

async function upload(
  sandbox: Sandbox,
  method: string,
  fields: Record<string, string | Blob>,
  name = 'chat-12.txt',
): Promise<Uploaded> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(field, value);
    else form.set(field, value, name);
  }
  const response = await fetch(`${sandbox.apiRoot}/bot${sandbox.token}/${method}`, { method: 'POST', body: form });
  return (await response.json()) as Uploaded;
}

/** The head of a PNG is enough: only its size is looked at. */
function png(width: number, height: number): Blob {
  const bytes = Buffer.alloc(64);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Blob([bytes]);
}

describe('documents', () => {
  test('are stored, shown, downloaded and sent again by id', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const fields = { chat_id: String(seed.supportTeam), caption: '<b>Chat</b>', parse_mode: 'HTML' };
    const sent = await upload(sandbox, 'sendDocument', { ...fields, document: new Blob(['hello, wörld']) });
    expect(sent.result).toMatchObject({
      caption: 'Chat',
      caption_entities: [{ type: 'bold', offset: 0, length: 4 }],
      document: { file_name: 'chat-12.txt', mime_type: 'text/plain', file_size: 13 },
    });
    const { file_id } = sent.result.document;
    expect(sandbox.documentContent(file_id).toString()).toBe('hello, wörld');
    const { file_path } = (await call('getFile', { file_id })).result as { file_path: string };
    const download = await fetch(`${sandbox.apiRoot}/file/bot${sandbox.token}/${file_path}`);
    expect(await download.text()).toBe('hello, wörld');
    expect(await call('sendDocument', { chat_id: seed.ana, document: file_id })).toMatchObject({ ok: true });
  });

  test('may be attached under another name', async () => {
    const { sandbox, seed } = await startSandbox();
    const fields = { chat_id: String(seed.supportTeam), document: 'attach://part1', part1: new Blob(['x']) };
    expect(await upload(sandbox, 'sendDocument', fields)).toMatchObject({ result: { document: { file_size: 1 } } });
    expect(sandbox.unknownParameters).toEqual([]);
  });

  test('albums are one message each, with one group', async () => {
    const { sandbox, seed } = await startSandbox();
    const media = JSON.stringify([
      { type: 'document', media: 'attach://a' },
      { type: 'document', media: 'attach://b', caption: 'two' },
    ]);
    const fields = { chat_id: String(seed.supportTeam), media, a: new Blob(['a']), b: new Blob(['b']) };
    expect(await upload(sandbox, 'sendMediaGroup', fields)).toMatchObject({ result: [{}, { caption: 'two' }] });
    expect(new Set(sandbox.messages(seed.supportTeam).map((message) => message.media_group_id)).size).toBe(1);
  });

  test.each([
    ['an empty file', { document: new Blob([]) }, 'file must be non-empty'],
    ['a caption of 1025', { document: new Blob(['x']), caption: 'x'.repeat(1025) }, 'message caption is too long'],
    ['an address', { document: 'https://x.io/a.pdf' }, 'failed to get HTTP URL content'],
    ['an unknown id', { document: 'BQAC' }, 'wrong file identifier/HTTP URL specified'],
  ])('%s is refused', async (_, fields, description) => {
    const { sandbox, seed } = await startSandbox();
    const sent = await upload(sandbox, 'sendDocument', { chat_id: String(seed.supportTeam), ...fields });
    expect(sent.description).toBe(`Bad Request: ${description}`);
  });

  test('become no text and text becomes no document', async () => {
    const { call, sandbox, seed } = await startSandbox();
    const chat_id = seed.supportTeam;
    await upload(sandbox, 'sendDocument', { chat_id: String(chat_id), document: new Blob(['x']) });
    const edit = await call('editMessageText', { chat_id, message_id: 1, text: 'x' });
    expect(edit.description).toBe('Bad Request: there is no text in the message to edit');
    const caption = await call('editMessageCaption', { chat_id, message_id: 1, caption: 'new' });
    expect(caption.result).toMatchObject({ caption: 'new', document: { file_name: 'chat-12.txt' } });
  });
});

describe('photos', () => {
  test('know their size', async () => {
    const { sandbox, seed } = await startSandbox();
    const sent = await upload(sandbox, 'sendPhoto', { chat_id: String(seed.ana), photo: png(800, 600) }, 'chart.png');
    expect(sent.result.photo).toMatchObject([{ width: 800, height: 600 }]);
  });

  test.each([
    ['no picture', new Blob(['text']), 'IMAGE_PROCESS_FAILED'],
    ['too wide', png(2100, 100), 'PHOTO_INVALID_DIMENSIONS'],
    ['too large', png(6000, 4001), 'PHOTO_INVALID_DIMENSIONS'],
    [
      'too heavy',
      new Blob([Buffer.alloc(10_485_761)]),
      'file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes',
    ],
  ])('%s is refused', async (_, photo, description) => {
    const { sandbox, seed } = await startSandbox();
    const sent = await upload(sandbox, 'sendPhoto', { chat_id: String(seed.ana), photo }, 'chart.png');
    expect(sent.description).toBe(`Bad Request: ${description}`);
  });
});
