import type { Entity } from './entities.ts';

export type Person = { id: number; first_name: string; last_name?: string; username?: string };
export type BotUser = { id: number; username: string; first_name: string };
export type Sender = Person & { is_bot: boolean };

export type StoredFile = {
  file_id: string;
  file_unique_id: string;
  file_name: string;
  mime_type: string;
  file_size: number;
  width?: number;
  height?: number;
};

export type Button = { text: string; [action: string]: unknown };
export type ReplyMarkup = { inline_keyboard?: Button[][]; force_reply?: boolean; [other: string]: unknown };

/** What can change by an edit. */
export type Content = {
  /** The caption where there is a document or a photo. */
  text?: string;
  entities?: Entity[];
  /** The markup as the bot sent it. */
  html?: string;
  document?: StoredFile;
  photo?: StoredFile;
  /** A rich message, kept as it was sent. */
  rich?: Record<string, unknown>;
  reply_markup?: ReplyMarkup;
};

export type Message = Content & {
  chatId: number;
  message_id: number;
  /** Topic of a forum; undefined in General and elsewhere. */
  threadId?: number;
  /** Unix seconds. */
  date: number;
  edit_date?: number;
  from: Sender;
  /** Set when an admin writes anonymously, as the group itself. */
  senderChatId?: number;
  replyTo?: number;
  /** A service message: new_chat_members, forum_topic_created, … */
  service?: Record<string, unknown>;
  media_group_id?: string;
  forwardedFrom?: Sender;
  /** Only this person sees it. */
  ephemeralFor?: number;
  protect?: boolean;
  silent?: boolean;
  linkPreview?: Record<string, unknown>;
  reactions: { by: number; emoji: string }[];
  /** Earlier versions, oldest first. */
  edits: (Content & { date: number })[];
};

export type Rights = {
  can_manage_chat: boolean;
  can_delete_messages: boolean;
  can_manage_video_chats: boolean;
  can_restrict_members: boolean;
  can_promote_members: boolean;
  can_change_info: boolean;
  can_invite_users: boolean;
  can_post_stories: boolean;
  can_edit_stories: boolean;
  can_delete_stories: boolean;
  can_pin_messages: boolean;
  can_manage_topics: boolean;
};

type MemberStatus = 'creator' | 'administrator' | 'member' | 'restricted' | 'left' | 'kicked';
export type Member = { status: MemberStatus; rights?: Rights; anonymous?: boolean; canSend?: boolean };
export type Topic = { threadId: number; name: string; iconColor: number; closed: boolean };
export type ChatType = 'private' | 'group' | 'supergroup';

export type Chat = {
  id: number;
  type: ChatType;
  title?: string;
  username?: string;
  forum: boolean;
  /** Only topics that exist; General is not among them. */
  topics: Map<number, Topic>;
  generalClosed: boolean;
  /** People and the bot, by user id. */
  members: Map<number, Member>;
  messages: Map<number, Message>;
  lastMessageId: number;
  pinned: number[];
  /** Private chats: whether the person has written to the bot, and whether they blocked it. */
  started: boolean;
  blocked: boolean;
  migratedTo?: number;
  migratedFrom?: number;
};

/** In whose name anonymous admins write. */
export const GROUP_ANONYMOUS_BOT: Sender = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};

export const FULL_RIGHTS: Rights = {
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: true,
  can_restrict_members: true,
  can_promote_members: true,
  can_change_info: true,
  can_invite_users: true,
  can_post_stories: true,
  can_edit_stories: true,
  can_delete_stories: true,
  can_pin_messages: true,
  can_manage_topics: true,
};
