import { badRequest } from '../bot-api-error.ts';
import { codePoints } from '../code-points.ts';
import { asText, integerOf, isObject, listOf, objectOf, type Parameters, stringOf } from '../parameters.ts';
import { type BotCommand, commandsKey } from '../profile.ts';
import type { Method, Telegram } from '../telegram.ts';
import { chatOf } from './target.ts';

const SCOPES = new Set([
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
  'chat',
  'chat_administrators',
  'chat_member',
]);

export const getMe: Method = ({ world, privacy }) => ({
  id: world.bot.id,
  is_bot: true,
  first_name: world.bot.first_name,
  username: world.bot.username,
  can_join_groups: true,
  can_read_all_group_messages: !privacy,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
});

/** These move a bot between Bot API servers; here they do nothing. */
export const logOut: Method = () => true;
export const close: Method = () => true;

export const setMyCommands: Method = (telegram, parameters) => {
  const { profile } = telegram;
  checkScope(telegram, parameters);
  const commands = (listOf(parameters, 'commands') ?? []).map(checkCommand);
  if (commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  profile.commands.set(keyOf(parameters), commands);
  return true;
};

export const getMyCommands: Method = ({ profile }, parameters) => profile.commands.get(keyOf(parameters)) ?? [];

export const deleteMyCommands: Method = ({ profile }, parameters) => {
  profile.commands.delete(keyOf(parameters));
  return true;
};

export const setMyDescription: Method = ({ profile }, parameters) => {
  profile.description = limited(stringOf(parameters, 'description') ?? '', 512, 'BOT_DESCRIPTION_TOO_LONG');
  return true;
};

export const setMyShortDescription: Method = ({ profile }, parameters) => {
  const text = stringOf(parameters, 'short_description') ?? '';
  profile.shortDescription = limited(text, 120, 'BOT_SHORT_DESCRIPTION_TOO_LONG');
  return true;
};

export const setChatMenuButton: Method = ({ profile }, parameters) => {
  const button = objectOf(parameters, 'menu_button') ?? { type: 'default' };
  if (!['commands', 'web_app', 'default'].includes(String(button['type']))) {
    throw badRequest("can't parse menu button: menu button has unsupported type");
  }
  profile.menuButton = button;
  return true;
};

function checkCommand(value: unknown): BotCommand {
  if (!isObject(value)) throw badRequest("can't parse BotCommand: expected an Object");
  const command = asText(value['command']).replace(/^\//, '');
  const description = asText(value['description']);
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length < 1 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command, description, ...(value['is_ephemeral'] === true ? { is_ephemeral: true } : {}) };
}

function keyOf(parameters: Parameters): string {
  const scope = objectOf(parameters, 'scope') ?? { type: 'default' };
  const type = asText(scope['type']);
  if (!SCOPES.has(type)) throw badRequest("can't parse BotCommandScope: unsupported type specified");
  const language = stringOf(parameters, 'language_code') ?? '';
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified');
  const values = { values: scope, uploads: parameters.uploads };
  const chat_id = Number(scope['chat_id'] ?? Number.NaN);
  const user_id = integerOf(values, 'user_id');
  return commandsKey(
    { type, ...(Number.isNaN(chat_id) ? {} : { chat_id }), ...(user_id === undefined ? {} : { user_id }) },
    language,
  );
}

/** Telegram must know the chat of a scope, and the member. */
function checkScope(telegram: Telegram, parameters: Parameters): void {
  const scope = objectOf(parameters, 'scope') ?? {};
  const type = asText(scope['type']);
  if (!['chat', 'chat_administrators', 'chat_member'].includes(type)) return;
  const values = { values: scope, uploads: parameters.uploads };
  const chat = chatOf(telegram, values);
  const isMember = chat.members.has(integerOf(values, 'user_id') ?? 0);
  if (type === 'chat_member' && !isMember) throw badRequest('PARTICIPANT_ID_INVALID');
}

function limited(text: string, longest: number, refusal: string): string {
  if (codePoints(text) > longest) throw badRequest(refusal);
  return text;
}
