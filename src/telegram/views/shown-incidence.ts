import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { CardField, CardSettings } from '../../settings/card-settings.ts';
import { maskContacts, maskEmail, maskPhone } from '../../sources/mask-contact.ts';

/** What the team wants to see of an incidence; the rest is as if nobody had told it. */
export function shownIncidence(incidence: IncidenceView, settings: CardSettings): IncidenceView {
  const source = incidence.alertCount > 0 ? 'alert' : incidence.source;
  const without = Object.assign({}, ...settings.hidden[source].map((field) => emptied[field]));
  const shown: IncidenceView = { ...incidence, ...without };
  return settings.areContactsHidden ? withoutContacts(shown) : shown;
}

/** What lists and notes name of an incidence, without the contacts where those are hidden. */
export function shownBrief<T extends Brief>(brief: T, { areContactsHidden }: CardSettings): T {
  return areContactsHidden ? { ...brief, ...maskedBrief(brief) } : brief;
}

/** The same of something that was said. */
export function shownText(text: string, { areContactsHidden }: CardSettings): string {
  return areContactsHidden ? maskContacts(text) : text;
}

type Brief = Partial<Pick<IncidenceView, 'customerName' | 'customerEmail' | 'title' | 'message' | 'note'>>;

const briefMasks = {
  customerName: maskContacts,
  customerEmail: maskEmail,
  title: maskContacts,
  message: maskContacts,
  note: maskContacts,
} as const satisfies Record<keyof Brief, (text: string) => string>;

function maskedBrief(brief: Brief): Brief {
  const masked = Object.entries(briefMasks).flatMap(([key, mask]) => {
    const value = brief[key as keyof Brief];
    return value ? [[key, mask(value)]] : [];
  });
  return Object.fromEntries(masked);
}

/** What a card leaves out where a field is hidden. */
const emptied: Readonly<Record<CardField, Partial<IncidenceView>>> = {
  email: { customerEmail: null },
  phone: { customerPhone: null },
  place: { place: null },
  property: { property: null },
  page: { page: null },
  stage: { stage: null },
  screen: { appScreen: null },
  cart: { cartValue: null },
  event: { eventType: null },
  friction: { frictionScore: null },
  info: { additionalInfo: {}, context: [] },
};

function withoutContacts(incidence: IncidenceView): IncidenceView {
  const { customerPhone, page, additionalInfo, context, transcript } = incidence;
  const info = Object.entries(additionalInfo).map(([key, value]) => [key, maskValue(key, value)] as const);
  return {
    ...incidence,
    ...maskedBrief(incidence),
    customerPhone: customerPhone && maskPhone(customerPhone),
    page: page && maskContacts(page),
    transcript: transcript && withoutContactsIn(transcript),
    additionalInfo: Object.fromEntries(info),
    context: context.map((one) => ({ ...one, value: maskAttribute(one) })),
  };
}

function withoutContactsIn(transcript: NonNullable<IncidenceView['transcript']>) {
  const { lastWords } = transcript;
  return lastWords ? { ...transcript, lastWords: { ...lastWords, text: maskContacts(lastWords.text) } } : transcript;
}

function maskAttribute({ key, value }: IncidenceView['context'][number]): string | number | boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && !isPhone(key))
    ? value
    : maskValue(key, String(value));
}

/** A number is a telephone's only by its name. */
function maskValue(key: string, value: string): string {
  return value !== '' && isPhone(key) ? maskPhone(value) : maskContacts(value);
}

function isPhone(key: string): boolean {
  return /phone|mobile|whatsapp|\btel\b/i.test(key);
}
