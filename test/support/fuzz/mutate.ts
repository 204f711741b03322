import fc from 'fast-check';

/** What breaks parsers, databases, HTML, and the way a line is read. */
const nastyBits = [
  '\0',
  '\u0007\u001b[31m',
  '\ud800',
  '\udfff',
  '\ufeff',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u200b',
  '\u0333\u030a',
  'Z\u0351\u036b\u0343',
  '🇮🇳',
  '👩‍👩‍👧‍👦',
  '😀',
  '\uffff',
  'ﷺ',
  'İSTANBUL ẞ',
  '<b>',
  '</b>',
  '</blockquote>',
  '<a href="javascript:alert(1)">',
  '<script>',
  '&',
  '&lt',
  '&amp;lt;',
  '&#0;',
  '&#xd800;',
  '"',
  "'",
  '\\',
  '`',
  '{{contact.name}}',
  '%s%n',
  "'; drop table incidences; --",
  '../../etc/passwd',
  'sha256:',
  'tg://user?id=1',
  'https://user:pass@xn--e1afmkfd.example:0/%zz?q#',
  'http://[::1]',
  'data:text/html,x',
  '@everyone',
  '/start',
  '\r\n',
  '\n#1 · closed by Ana · resolved',
  '__proto__',
  'constructor',
  '1e999',
  '-0',
  '٣',
  ' ',
];

/** A text nobody would write, from one character to thousands. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...nastyBits), { minLength: 1, maxLength: 6 }).map((bits) => bits.join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...nastyBits), fc.constantFrom(100, 300, 5_000))
      .map(([bit, times]) => bit.repeat(times)),
  },
);

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e15,
    1e300,
    5e-324,
    -62_135_596_801,
    8.64e15,
    '',
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom(
    '0',
    '-1',
    '1e400',
    'NaN',
    '2026-02-30T99:99:99Z',
    '0000-00-00',
    '+275760-09-13T00:00:00.001Z',
    'null',
  ),
  nastyText,
  fc.jsonValue({ maxDepth: 3 }),
);

type Edit = Readonly<
  { at: number } & (
    | { kind: 'drop' }
    | { kind: 'replace'; by: unknown }
    | { kind: 'insert'; text: string }
    | { kind: 'deepen'; levels: number }
    | { kind: 'repeat'; times: number }
    | { kind: 'rename'; to: string }
    | { kind: 'move'; from: number }
  )
>;

const at = fc.nat({ max: 100_000 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const), at }),
  fc.record({ kind: fc.constant('replace' as const), at, by: oddValue }),
  fc.record({ kind: fc.constant('insert' as const), at, text: nastyText }),
  fc.record({ kind: fc.constant('deepen' as const), at, levels: fc.constantFrom(1, 2, 20, 1_000) }),
  fc.record({ kind: fc.constant('repeat' as const), at, times: fc.constantFrom(2, 60, 500) }),
  fc.record({ kind: fc.constant('rename' as const), at, to: fc.oneof(fc.constantFrom(...nastyBits), nastyText) }),
  fc.record({ kind: fc.constant('move' as const), at, from: at }),
);

/** What happens to the bytes after that: mostly nothing. */
type Bytes = (body: Buffer) => Buffer;
const bytes: fc.Arbitrary<Bytes> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Bytes>((body) => body) },
  {
    weight: 1,
    arbitrary: at.map(
      (end): Bytes =>
        (body) =>
          body.subarray(0, end % (body.length + 1)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Bytes>((body) => Buffer.concat([Buffer.from('\ufeff'), body])) },
  { weight: 1, arbitrary: fc.constant<Bytes>((body) => Buffer.concat([body, body])) },
  {
    weight: 1,
    arbitrary: fc.tuple(at, fc.nat({ max: 255 })).map(
      ([place, byte]): Bytes =>
        (body) => {
          const changed = Buffer.from(body);
          if (changed.length > 0) changed[place % changed.length] = byte;
          return changed;
        },
    ),
  },
);

/** Far above what a real body has, and below the limits of every endpoint. */
const mostBytes = 200_000;

/** One of these documents, with up to four changes anywhere in it, as the bytes of a body. */
export function mutated(documents: readonly unknown[]): fc.Arbitrary<Buffer> {
  const texts = documents.map((document) => JSON.stringify(document));
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 4 }), bytes)
    .map(([text, edits, change]) => change(Buffer.from(edited(text, edits))));
}

/** A document after these changes; as it was before those that made it too large, or too deep to write. */
function edited(text: string, edits: readonly Edit[]): string {
  let body = text;
  for (const each of edits) {
    const next = editedOnce(body, each);
    if (next === undefined || next.length > mostBytes) break;
    body = next;
  }
  return body;
}

function editedOnce(body: string, edit: Edit): string | undefined {
  const holder = { root: JSON.parse(body) as unknown };
  try {
    apply(holder, edit);
    return JSON.stringify(holder.root) ?? 'null';
  } catch (error) {
    // How deep `JSON.stringify` can go depends on how much of the stack its caller has left.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Place = Readonly<{ parent: object; key: string }>;

function apply(holder: object, change: Edit): void {
  const places = placesIn(holder);
  const place = places[change.at % places.length];
  if (!place) return;
  const { parent, key } = place;
  const value: unknown = Reflect.get(parent, key);
  switch (change.kind) {
    case 'drop':
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      return;
    case 'replace':
      return set(parent, key, change.by);
    case 'insert': {
      const text = typeof value === 'string' ? value : '';
      const middle = change.at % (text.length + 1);
      return set(parent, key, text.slice(0, middle) + change.text + text.slice(middle));
    }
    case 'deepen':
      return set(parent, key, deepened(value, change.levels));
    case 'repeat':
      return set(parent, key, repeated(value, change.times));
    case 'rename':
      if (Array.isArray(parent)) return;
      Reflect.deleteProperty(parent, key);
      return set(parent, change.to, value);
    case 'move': {
      const other = places[change.from % places.length];
      if (other) set(parent, key, JSON.parse(JSON.stringify(Reflect.get(other.parent, other.key))));
    }
  }
}

/** Every value of a document. */
function placesIn(document: object): Place[] {
  const places: Place[] = [];
  const waiting: object[] = [document];
  for (let parent = waiting.pop(); parent; parent = waiting.pop()) {
    for (const key of Object.keys(parent)) {
      places.push({ parent, key });
      const value: unknown = Reflect.get(parent, key);
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return places;
}

/** Also of a key called `__proto__`, as JSON may have it. */
function set(parent: object, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

function deepened(value: unknown, levels: number): unknown {
  let deep = value;
  for (let level = 0; level < levels; level += 1) deep = level % 2 === 0 ? [deep] : { a: deep };
  return deep;
}

function repeated(value: unknown, times: number): unknown {
  if (typeof value === 'string') return value.repeat(times).slice(0, 60_000);
  if (Array.isArray(value)) return Array.from({ length: times }, () => value as unknown[]).flat();
  if (typeof value !== 'object' || value === null) return Array.from({ length: times }, () => value);
  const keys = Array.from({ length: times }, (_, index) => [`key ${index}`, index]);
  return { ...value, ...Object.fromEntries(keys) };
}
