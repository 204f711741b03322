import { type Html, html } from '../../views/html.ts';

type Kind = 'words' | 'labels' | 'attributes';

const examples = { words: 'gift card', labels: 'vip', attributes: 'tier=gold' } as const satisfies Record<Kind, string>;
const names = { words: 'word', labels: 'label', attributes: 'attribute' } as const satisfies Record<Kind, string>;

/** /severity-words, /severity-labels and /severity-attributes: what decides how bad a conversation is. */
export const severityRules = {
  leadsOnly: html`Only leads and admins can see and change the severity rules. Ask one of them, or ask an admin to make you a lead.`,
  title: {
    words: html`<b>Words that decide the severity</b>`,
    labels: html`<b>Labels that decide the severity</b>`,
    attributes: html`<b>Attributes that decide the severity</b>`,
  } satisfies Record<Kind, unknown>,
  none: 'none yet',
  listed: (count: number) => html`${count} in the list. Press one to change it or to remove it.`,
  empty: html`The list is empty.`,
  buttons: {
    kinds: { words: 'Words', labels: 'Labels', attributes: 'Attributes' } satisfies Record<Kind, string>,
    add: 'Add…',
    remove: 'Remove',
  },
  ask: (kind: Kind, mention: Html) =>
    html`${mention}, reply with a severity and the ${names[kind]}, for example <code>critical ${examples[kind]}</code> (or /cancel).`,
  toasts: { send: 'Send it as a reply' },
  builtIn: html`If none of these matches, built-in English words apply: hacked accounts, crime and legal threats are critical; lost money, complaints and anger are high.`,
  order: html`Order: a label or attribute listed here, then Chatwoot's priority, then words. Otherwise medium.`,
  howTo: (command: string, example: string) =>
    html`Change: <code>/${command} add critical ${example}</code> or <code>/${command} remove ${example}</code>`,
  howToTest: html`Try: <code>/severity-words test where is my refund</code>`,
  example: examples,
  line: (mark: string, severity: string, names: string) => html`${mark} ${severity}: ${names}`,
  changes: html`<b>Last changes</b>`,
  change: (at: string, change: string, by: string) => html`${at} ${change}, by ${by}`,
  notUnderstood: (command: string, example: string) =>
    html`Send <code>/${command}</code> to list, <code>/${command} add critical ${example}</code> or <code>/${command} remove ${example}</code>. Severities: critical, high, medium, low.`,
  notAttribute: html`Write an attribute as <code>name=value</code>, for example <code>tier=gold</code>.`,
  added: (name: string, severity: string, was: string | undefined) =>
    html`✅ “${name}” is now ${severity}. Before: ${was ?? 'not in the list'}. This applies to new events.`,
  removed: (name: string, was: string | undefined) =>
    html`✅ “${name}” no longer affects the severity. Before: ${was ?? 'not in the list'}.`,
  unchanged: (name: string) => html`Nothing changed: “${name}” was already set that way.`,
  full: (most: number) => html`The list is full: it holds up to ${most}. Remove some first.`,
  tested: (mark: string, severity: string, because: string) => html`${mark} <b>${severity}</b>: ${because}`,
  because: {
    word: (matched: string) => `because of ${matched}`,
    'built-in': () => 'by a built-in word',
    nothing: () => 'no word matches, so it is medium',
  },
};
