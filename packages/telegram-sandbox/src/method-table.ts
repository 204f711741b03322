/** The parameters of each method (Bot API 10.3); `!` marks required ones. */
export type ParameterKind = 'string' | 'integer' | 'boolean' | 'chat' | 'json' | 'file';
type Table = Record<string, ParameterKind | `${ParameterKind}!`>;

const TO_CHAT = { chat_id: 'chat!', message_thread_id: 'integer' } as const satisfies Table;
const SENDING = {
  ...TO_CHAT,
  direct_messages_topic_id: 'integer',
  disable_notification: 'boolean',
  protect_content: 'boolean',
  allow_paid_broadcast: 'boolean',
  message_effect_id: 'string',
  reply_parameters: 'json',
} as const satisfies Table;
const SINGLE = {
  ...SENDING,
  business_connection_id: 'string',
  ephemeral_message_parameters: 'json',
  suggested_post_parameters: 'json',
  reply_markup: 'json',
} as const satisfies Table;
const TEXT = { parse_mode: 'string', entities: 'json', link_preview_options: 'json' } as const satisfies Table;
const CAPTION = { caption: 'string', parse_mode: 'string', caption_entities: 'json' } as const satisfies Table;
const EDITING = {
  business_connection_id: 'string',
  chat_id: 'chat',
  message_id: 'integer',
  inline_message_id: 'string',
  reply_markup: 'json',
} as const satisfies Table;
const COMMANDS = { scope: 'json', language_code: 'string' } as const satisfies Table;
const MESSAGE = { chat_id: 'chat!', message_id: 'integer!' } as const satisfies Table;
const TOPIC = { chat_id: 'chat!', message_thread_id: 'integer!' } as const satisfies Table;
const EPHEMERAL = {
  chat_id: 'chat!',
  receiver_user_id: 'integer!',
  ephemeral_message_id: 'integer!',
} as const satisfies Table;

export const METHOD_TABLE = {
  getMe: {},
  getUpdates: { offset: 'integer', limit: 'integer', timeout: 'integer', allowed_updates: 'json' },
  setWebhook: {
    url: 'string!',
    certificate: 'file',
    ip_address: 'string',
    max_connections: 'integer',
    allowed_updates: 'json',
    drop_pending_updates: 'boolean',
    secret_token: 'string',
  },
  deleteWebhook: { drop_pending_updates: 'boolean' },
  getWebhookInfo: {},
  sendMessage: { ...SINGLE, ...TEXT, text: 'string!', reply_to_message_id: 'integer' },
  editMessageText: { ...EDITING, ...TEXT, text: 'string', rich_message: 'json' },
  editMessageReplyMarkup: EDITING,
  editMessageCaption: { ...EDITING, ...CAPTION, show_caption_above_media: 'boolean' },
  editMessageMedia: { ...EDITING, media: 'json!' },
  deleteMessage: MESSAGE,
  deleteMessages: { chat_id: 'chat!', message_ids: 'json!' },
  answerCallbackQuery: {
    callback_query_id: 'string!',
    text: 'string',
    show_alert: 'boolean',
    url: 'string',
    cache_time: 'integer',
  },
  sendDocument: {
    ...SINGLE,
    ...CAPTION,
    document: 'file!',
    thumbnail: 'file',
    disable_content_type_detection: 'boolean',
    reply_to_message_id: 'integer',
  },
  sendPhoto: {
    ...SINGLE,
    ...CAPTION,
    photo: 'file!',
    show_caption_above_media: 'boolean',
    has_spoiler: 'boolean',
    reply_to_message_id: 'integer',
  },
  sendMediaGroup: { ...SENDING, business_connection_id: 'string', media: 'json!', reply_to_message_id: 'integer' },
  setMyCommands: { ...COMMANDS, commands: 'json!' },
  getMyCommands: COMMANDS,
  deleteMyCommands: COMMANDS,
  getChat: { chat_id: 'chat!' },
  getChatMember: { chat_id: 'chat!', user_id: 'integer!' },
  getChatAdministrators: { chat_id: 'chat!', return_bots: 'boolean' },
  getChatMemberCount: { chat_id: 'chat!' },
  createForumTopic: { chat_id: 'chat!', name: 'string!', icon_color: 'integer', icon_custom_emoji_id: 'string' },
  editForumTopic: { ...TOPIC, name: 'string', icon_custom_emoji_id: 'string' },
  closeForumTopic: TOPIC,
  reopenForumTopic: TOPIC,
  sendChatAction: { ...TO_CHAT, business_connection_id: 'string', action: 'string!' },
  setMessageReaction: { ...MESSAGE, reaction: 'json', is_big: 'boolean' },
  pinChatMessage: { ...MESSAGE, business_connection_id: 'string', disable_notification: 'boolean' },
  unpinChatMessage: { chat_id: 'chat!', business_connection_id: 'string', message_id: 'integer' },
  leaveChat: { chat_id: 'chat!' },
  logOut: {},
  close: {},
  getFile: { file_id: 'string!' },
  copyMessage: {
    ...SENDING,
    ...CAPTION,
    ...MESSAGE,
    from_chat_id: 'chat!',
    video_start_timestamp: 'integer',
    show_caption_above_media: 'boolean',
    suggested_post_parameters: 'json',
    reply_markup: 'json',
    reply_to_message_id: 'integer',
  },
  forwardMessage: {
    ...TO_CHAT,
    ...MESSAGE,
    from_chat_id: 'chat!',
    direct_messages_topic_id: 'integer',
    video_start_timestamp: 'integer',
    message_effect_id: 'string',
    suggested_post_parameters: 'json',
    disable_notification: 'boolean',
    protect_content: 'boolean',
  },
  setChatMenuButton: { chat_id: 'chat', menu_button: 'json' },
  setMyDescription: { description: 'string', language_code: 'string' },
  setMyShortDescription: { short_description: 'string', language_code: 'string' },
  answerInlineQuery: {
    inline_query_id: 'string!',
    results: 'json!',
    cache_time: 'integer',
    is_personal: 'boolean',
    next_offset: 'string',
    button: 'json',
  },
  sendRichMessage: { ...SINGLE, rich_message: 'json!' },
  editEphemeralMessageText: { ...EPHEMERAL, ...TEXT, text: 'string', rich_message: 'json', reply_markup: 'json' },
  deleteEphemeralMessage: EPHEMERAL,
} as const satisfies Record<string, Table>;

export type MethodName = keyof typeof METHOD_TABLE;
