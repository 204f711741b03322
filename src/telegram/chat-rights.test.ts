import type { ChatMember } from 'grammy/types';
import { expect, test } from 'vitest';
import { rightsOf } from './chat-rights.ts';

const member = (facts: object) => facts as ChatMember;

test.each([
  ['a member of an open group', {}, { status: 'member' }, { write: true, files: true, members: false }],
  [
    'a member where only admins may send files',
    { permissions: { can_send_messages: true, can_send_documents: false } },
    { status: 'member' },
    { write: true, files: false, members: false },
  ],
  [
    'one that is muted',
    { permissions: { can_send_messages: true } },
    { status: 'restricted', can_send_messages: false, can_send_documents: false },
    { write: false, files: false, members: false },
  ],
  [
    'an admin where members may not write',
    { permissions: { can_send_messages: false } },
    { status: 'administrator' },
    { write: true, files: true, members: true },
  ],
  [
    'an admin of a forum who may not manage topics',
    { is_forum: true as const },
    { status: 'administrator', can_manage_topics: false },
    { write: true, files: true, members: true, topics: false },
  ],
  [
    'an admin of a forum with all rights',
    { is_forum: true as const },
    { status: 'administrator', can_manage_topics: true },
    { write: true, files: true, members: true, topics: true },
  ],
])('%s', (_, chat, who, expected) => {
  expect(Object.fromEntries(rightsOf(chat, member(who)))).toEqual(expected);
});
