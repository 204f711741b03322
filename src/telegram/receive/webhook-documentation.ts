import { z } from 'zod';
import type { Documentation } from '../../sources/documentation.ts';

export const update = z
  .looseObject({ update_id: z.int().nonnegative() })
  .describe('Bot API, Update. Bellhop subscribes to `message`, `callback_query` and `my_chat_member`.');

export const webhookDocs: Documentation = {
  tag: 'Operations',
  summary: "Telegram's updates",
  description:
    'Only in webhook mode (`TELEGRAM_MODE=webhook`), and only for Telegram, to which Bellhop gives the address and the secret by itself. An update is stored before it is answered, and handled once by the process that runs the bot. Otherwise 503, and Telegram keeps the update.',
  security: ['TelegramSecret'],
  body: {
    shape: { name: 'TelegramUpdate', schema: update },
    examples: {
      message: {
        summary: 'A command typed in a group',
        value: {
          update_id: 123456789,
          message: {
            message_id: 42,
            date: 1737311400,
            chat: { id: -1001234567890, type: 'supergroup', title: 'Support team' },
            from: { id: 500000101, is_bot: false, first_name: 'Ana' },
            text: '/open',
            entities: [{ type: 'bot_command', offset: 0, length: 5 }],
          },
        },
      },
    },
  },
  answers: {
    200: {
      description: 'Stored, or stored before.',
      shape: { name: 'TelegramUpdateStored', schema: z.object({ ok: z.literal(true) }) },
      example: { ok: true },
    },
  },
  errors: ['not_configured'],
};
