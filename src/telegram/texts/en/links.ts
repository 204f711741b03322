import { html } from '../../views/html.ts';

/** A person's own Chatwoot identity. */
export const links = {
  usage: html`Send me your own access token here, in private: <code>/link TOKEN</code>
In Chatwoot it is under Profile Settings → Access Token. I delete your message at once and keep the token encrypted.`,
  inGroup: html`⚠️ A token is a password: never send it in a group. If that was a real one, reset it in Chatwoot (Profile Settings → Access Token) and send me <code>/link TOKEN</code> in private.`,
  linked: (name: string) =>
    html`✅ You are <b>${name}</b> in Chatwoot: replies you write go out in your name, and what you acknowledge is assigned to you. /unlink undoes this.`,
  notDeleted: html`I could not delete your message with the token: delete it yourself.`,
  unlinked: html`Unlinked. Your token was deleted.`,
  notLinked: html`You are not linked.`,
  invalid: html`Chatwoot does not accept this token. Copy it again from Profile Settings → Access Token.`,
  otherAccount: html`This token is not of a member of the Chatwoot account that Bellhop works with.`,
  noAnswer: html`Chatwoot does not answer now. Try again in a moment.`,
  notConfigured: html`Bellhop is not connected to Chatwoot: CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID and CHATWOOT_API_TOKEN are not set.`,
  noKey: html`Tokens cannot be kept here yet: an operator must set ENCRYPTION_KEY.`,
  revoked: html`⚠️ Chatwoot no longer accepts your access token, so I deleted the link. Send me a new one: <code>/link TOKEN</code>. Until then what you do is written in Bellhop's name.`,
};
