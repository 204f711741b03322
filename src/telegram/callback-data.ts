import { type Outcome, outcomes } from '../incidences/incidence.ts';
import { severities, type Severity } from '../sources/severity.ts';
import { type Snooze, snoozes } from './snooze-time.ts';

/** Every button the bot puts under a message. The press is checked for who may do it; the data only says what they ask for. */
export type Button =
  | Readonly<{ kind: 'acknowledge' | 'release' | 'reopen' | 'show' | 'reply' | 'note'; id: number }>
  /** `id` is a reply's. */
  | Readonly<{ kind: 'send-reply' | 'change-reply' | 'discard-reply'; id: number }>
  | Readonly<{ kind: 'saved-answer'; id: number; answerId: number }>
  /** `id` is a storm's. */
  | Readonly<{ kind: 'show-next' | 'acknowledge-all'; id: number }>
  /** `id` is a hand-over's. */
  | Readonly<{ kind: 'take-handover'; id: number }>
  /** `id` is a dead delivery's. */
  | Readonly<{ kind: 'send-again'; id: number }>
  /** `id` is a list's; `from` names the entry beyond which the page begins. */
  | Readonly<{ kind: 'turn-page'; id: number; to: Turn; from: string }>
  /** `id` is a place in `statsViews`; `period` as it is typed. */
  | Readonly<{ kind: 'show-stats' | 'explain-stats' | 'send-rows'; id: number; period: string }>
  | Readonly<{
      kind:
        | 'outcome-menu'
        | 'tag-menu'
        | 'more-menu'
        | 'severity-menu'
        | 'snooze-menu'
        | 'main-menu'
        | 'write-note'
        | 'new-tag';
      id: number;
    }>
  /** `id` is a route's. */
  | Readonly<{ kind: 'remove-route'; id: number; page: number }>
  /** `id` is a page's. */
  | Readonly<{ kind: 'routes-page'; id: number }>
  | Readonly<{ kind: 'settings-page'; id: number }>
  /** `id` is the number of a switch; `change`: a second tap must not undo the first. */
  | Readonly<{ kind: 'switch-setting'; id: number; page: number; change: TagChange }>
  /** `id` is that of a change of the settings. */
  | Readonly<{ kind: 'undo-setting'; id: number }>
  | Readonly<{ kind: 'close'; id: number; outcome: Outcome }>
  | Readonly<{ kind: 'severity'; id: number; severity: Severity }>
  | Readonly<{ kind: 'snooze'; id: number; snooze: Snooze }>
  /** `change`: a second tap, or a colleague's, must not undo the first. */
  | Readonly<{ kind: 'tag'; id: number; tagId: number; change: TagChange }>;

export type TagChange = 'set' | 'unset';
export type Turn = 'next' | 'previous';

const codes = {
  acknowledge: 'a',
  release: 'r',
  reopen: 'o',
  show: 'i',
  'outcome-menu': 'c',
  'tag-menu': 't',
  'main-menu': 'm',
  'write-note': 'n',
  'new-tag': 'w',
  'show-next': 's',
  'acknowledge-all': 'y',
  'send-again': 'd',
  'take-handover': 'k',
  'turn-page': 'l',
  close: 'x',
  tag: 'g',
  reply: 'p',
  'send-reply': 'u',
  'change-reply': 'h',
  'discard-reply': 'j',
  'saved-answer': 'v',
  'more-menu': 'e',
  'severity-menu': 'b',
  severity: 'f',
  'snooze-menu': 'sm',
  snooze: 'sn',
  note: 'q',
  'show-stats': 'z',
  'explain-stats': '1',
  'remove-route': 'rr',
  'routes-page': 'rp',
  'undo-setting': 'su',
  'send-rows': '2',
  'settings-page': 'sp',
  'switch-setting': 'ss',
} as const satisfies Record<Button['kind'], string>;

/** At most 64 bytes (Bot API, InlineKeyboardButton): `<code>:<id>[:<argument>…]`. */
export function encode(button: Button): string {
  const base = `${codes[button.kind]}:${button.id}`;
  if (button.kind === 'close') return `${base}:${outcomes.indexOf(button.outcome)}`;
  if (button.kind === 'severity') return `${base}:${severities.indexOf(button.severity)}`;
  if (button.kind === 'snooze') return `${base}:${snoozes.indexOf(button.snooze)}`;
  if (button.kind === 'tag') return `${base}:${button.tagId}:${button.change === 'set' ? 1 : 0}`;
  if (button.kind === 'saved-answer') return `${base}:${button.answerId}`;
  if (button.kind === 'turn-page') return `${base}:${button.to === 'next' ? 1 : 0}:${button.from}`;
  if (button.kind === 'remove-route') return `${base}:${button.page}`;
  if ('period' in button) return `${base}:${button.period}`;
  if (button.kind === 'switch-setting') return `${base}:${button.page}:${button.change === 'set' ? 1 : 0}`;
  return base;
}

/** Undefined for data that is not ours. */
export function parse(data: string): Button | undefined {
  const [code, idText, argument, further] = data.split(':');
  const id = toId(idText);
  const kind = kinds.get(code ?? '');
  if (kind === undefined || id === undefined) return undefined;
  if (kind === 'close') {
    const outcome = outcomes[Number(argument)];
    return outcome && { kind, id, outcome };
  }
  if (kind === 'severity') {
    const severity = severities[Number(argument)];
    return severity && { kind, id, severity };
  }
  if (kind === 'snooze') {
    const snooze = snoozes[Number(argument)];
    return snooze && { kind, id, snooze };
  }
  const change = further === '1' ? 'set' : further === '0' ? 'unset' : undefined;
  if (kind === 'tag') {
    const tagId = toId(argument);
    return tagId === undefined || !change ? undefined : { kind, id, tagId, change };
  }
  if (kind === 'turn-page') {
    const to = argument === '1' ? 'next' : argument === '0' ? 'previous' : undefined;
    return to && further !== undefined && /^[\d.]{1,40}$/.test(further) ? { kind, id, to, from: further } : undefined;
  }
  if (kind === 'show-stats' || kind === 'explain-stats' || kind === 'send-rows') {
    return argument !== undefined && /^[\w.-]{1,40}$/.test(argument) ? { kind, id, period: argument } : undefined;
  }
  if (kind === 'saved-answer') {
    const answerId = toId(argument);
    return answerId === undefined ? undefined : { kind, id, answerId };
  }
  if (kind === 'switch-setting') {
    const page = toId(argument);
    return page === undefined || !change ? undefined : { kind, id, page, change };
  }
  if (kind === 'remove-route') {
    const page = toId(argument);
    return page === undefined ? undefined : { kind, id, page };
  }
  return { kind, id };
}

const kinds = new Map<string, Button['kind']>(
  Object.entries(codes).map(([kind, code]) => [code, kind as Button['kind']] as const),
);

function toId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
