import { html } from '../../views/html.ts';

/** A person's own Chatwoot identity. */
export const links = {
  usage: html`Send me your own Chatwoot access token in this private chat: <code>/link TOKEN</code>
You find it in Chatwoot under Profile Settings → Access Token. I delete your message at once and store the token encrypted.`,
  inGroup: html`⚠️ A token is a password: never send it in a group. If that was a real one, reset it in Chatwoot (Profile Settings → Access Token) and send me <code>/link TOKEN</code> in a private chat.`,
  linked: (name: string) =>
    html`✅ Linked to <b>${name}</b> in Chatwoot: your replies are sent in your name, and conversations you acknowledge are assigned to you. /unlink undoes this.`,
  notDeleted: html`I couldn't delete your message with the token. Please delete it yourself.`,
  unlinked: html`Unlinked. Your token was deleted.`,
  notLinked: html`You are not linked.`,
  invalid: html`Chatwoot does not accept this token. Copy it again from Profile Settings → Access Token.`,
  otherAccount: html`This token doesn't belong to a member of the Chatwoot account that Bellhop uses.`,
  noAnswer: html`Chatwoot isn't responding. Try again in a moment.`,
  notConfigured: html`Bellhop is not connected to Chatwoot: CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID and CHATWOOT_API_TOKEN are not set.`,
  noKey: html`Tokens can't be stored yet: whoever runs Bellhop must set ENCRYPTION_KEY.`,
  revoked: html`⚠️ Chatwoot no longer accepts your access token, so I deleted it. Send me a new one: <code>/link TOKEN</code>. Until then, what you do appears in Chatwoot in Bellhop's name.`,
};
