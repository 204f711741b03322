import { html } from '../../views/html.ts';

type Kind = 'words' | 'labels' | 'attributes';

/** /severity-words, /severity-labels and /severity-attributes: what decides how bad a conversation is. */
export const severityRules = {
  leadsOnly: html`Only leads and admins can see and change what decides the severity. Ask one of them, or an admin for the role.`,
  title: {
    words: html`<b>Words that decide the severity</b>`,
    labels: html`<b>Labels that decide the severity</b>`,
    attributes: html`<b>Attributes that decide the severity</b>`,
  } satisfies Record<Kind, unknown>,
  none: 'none yet',
  builtIn: html`Below these, built-in English words apply: danger to an account, crime or law are critical; lost money, complaints and anger are high.`,
  order: html`What decides: a label or attribute listed here, then Chatwoot's priority, then words, else medium.`,
  howTo: (command: string, example: string) =>
    html`Change: <code>/${command} add critical ${example}</code> or <code>/${command} remove ${example}</code>`,
  howToTest: html`Try: <code>/severity-words test where is my refund</code>`,
  example: { words: 'gift card', labels: 'vip', attributes: 'tier=gold' } satisfies Record<Kind, string>,
  line: (mark: string, severity: string, names: string) => html`${mark} ${severity}: ${names}`,
  changes: html`<b>Last changes</b>`,
  change: (at: string, change: string, by: string) => html`${at} ${change}, by ${by}`,
  notUnderstood: (command: string, example: string) =>
    html`Send <code>/${command}</code> to list, <code>/${command} add critical ${example}</code> or <code>/${command} remove ${example}</code>. Severities: critical, high, medium, low.`,
  notAttribute: html`Write an attribute as <code>name=value</code>, for example <code>tier=gold</code>.`,
  added: (name: string, mark: string, severity: string) =>
    html`✅ “${name}” is now ${mark} ${severity}. New events follow it at once.`,
  removed: (name: string) => html`✅ “${name}” no longer decides anything.`,
  unchanged: (name: string) => html`Nothing changed: it is so already for “${name}”.`,
  full: (most: number) => html`The list is full: it holds up to ${most}. Remove some first.`,
  tested: (mark: string, severity: string, because: string) => html`${mark} <b>${severity}</b>: ${because}`,
  because: {
    word: (matched: string) => `because of ${matched}`,
    'built-in': () => 'by a built-in word',
    nothing: () => 'no word decides, so it is medium',
  },
};
