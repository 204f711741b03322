export type BotCommand = { command: string; description: string; is_ephemeral?: boolean };

/** What the bot has set about itself. */
export type Profile = {
  /** By scope and language, see `commandsKey`. */
  commands: Map<string, BotCommand[]>;
  description: string;
  shortDescription: string;
  menuButton: Record<string, unknown>;
};

export function createProfile(): Profile {
  return { commands: new Map(), description: '', shortDescription: '', menuButton: { type: 'commands' } };
}

export function commandsKey(scope: { type: string; chat_id?: number; user_id?: number }, language: string): string {
  return [scope.type, scope.chat_id ?? '', scope.user_id ?? '', language].join(':');
}

/** The menu a person sees in a chat: the narrowest scope that has one. */
export function commandsFor(
  profile: Profile,
  viewer: { chatId: number; userId: number; inPrivate: boolean; isAdmin: boolean },
  language = 'en',
): BotCommand[] {
  const chat_id = viewer.chatId;
  const scopes = viewer.inPrivate
    ? [{ type: 'chat', chat_id }, { type: 'all_private_chats' }, { type: 'default' }]
    : [
        { type: 'chat_member', chat_id, user_id: viewer.userId },
        ...(viewer.isAdmin ? [{ type: 'chat_administrators', chat_id }] : []),
        { type: 'chat', chat_id },
        ...(viewer.isAdmin ? [{ type: 'all_chat_administrators' }] : []),
        { type: 'all_group_chats' },
        { type: 'default' },
      ];
  for (const scope of scopes) {
    const found = profile.commands.get(commandsKey(scope, language)) ?? profile.commands.get(commandsKey(scope, ''));
    if (found) return found;
  }
  return [];
}
