import { cleanLine } from '../sources/clean-text.ts';
import { contextFromAttributes } from '../sources/attributes.ts';
import type { Details } from '../sources/source-event.ts';
import { withoutMarkers } from './marker.ts';
import type { Payload, Visitor } from './payload.ts';

/** Who the visitor is, from where, on which page. An e-mail here is what the visitor typed, not a proven identity. */
export function visitorDetails(payload: Payload, visitor: Visitor): Details {
  const customerName = visitor?.name === undefined ? undefined : visitorName(visitor.name);
  const customerEmail = cleanLine(visitor?.email ?? '').toLowerCase();
  const place = placeOf(visitor?.city, visitor?.country);
  const property = cleanLine(payload.property?.name ?? '');
  const page = cleanLine(payload.referrer || payload.domain || '', 2000);
  return {
    ...contextFromAttributes(visitor?.customAttributes),
    ...(customerName && { customerName }),
    ...(customerEmail && { customerEmail }),
    ...(place && { place }),
    ...(property && { property }),
    ...(page && { page }),
  };
}

/** Tawk.to calls who gave no name `V` and 16 digits. Identity markers some sites hide in names are not for people. */
function visitorName(name: string): string {
  const shown = cleanLine(withoutMarkers(cleanLine(name, 1000)));
  return shown === '' || /^V\d{16}$/.test(shown) ? 'Anonymous visitor' : shown;
}

/** "Bengaluru, IN"; Tawk.to writes cities in small letters and `unknown` for none. */
function placeOf(city: string | undefined, country: string | undefined): string | undefined {
  const cleanCity = cleanLine(city ?? '', 100);
  const named = cleanCity.toLowerCase() === 'unknown' ? '' : cleanCity;
  const capitalised = named.replaceAll(/(?<=^|[\s-])\p{Ll}/gu, (letter) => letter.toUpperCase());
  return [capitalised, cleanLine(country ?? '', 60).toUpperCase()].filter(Boolean).join(', ') || undefined;
}
