/** `john@example.com` as `j***@e***.com`: enough to recognize, not to write to. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return hidden;
  const [domain, top] = [address.slice(at + 1), address.slice(address.lastIndexOf('.'))];
  const end = top.length > 1 && address.lastIndexOf('.') > at ? top : '';
  return `${firstOf(address)}${hidden}@${firstOf(domain)}${hidden}${end}`;
}

/** The last two digits remain. */
export function maskPhone(number: string): string {
  const digits = number.replaceAll(/\D/g, '');
  return digits.length > 6 ? `${hidden}${digits.slice(-2)}` : hidden;
}

/** Addresses and telephone numbers within a text; other numbers, such as those of orders, stay. */
export function maskContacts(text: string): string {
  return text
    .replaceAll(/[^\s<>()[\]",;:@]{1,64}@[^\s<>()[\]",;:@]{1,255}/gu, maskEmail)
    .replaceAll(/\+\d[\d\s().-]{5,20}\d/g, maskPhone);
}

const hidden = '***';

function firstOf(text: string): string {
  return [...text][0] ?? '';
}
