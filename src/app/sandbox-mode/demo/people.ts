import type { TelegramIdentity } from '../../../people/person-store.ts';
import { SEED } from '../seed.ts';
import type { Chance } from './random.ts';
import type { Customer } from '../samples/customers.ts';

/** Who worked in the fortnight. `pace`: how long everything takes them, 1 is usual. `hours`: when they work. */
export type DemoAgent = Readonly<{
  identity: TelegramIdentity;
  pace: number;
  hours: readonly [from: number, to: number];
}>;

/** Those whom the sandbox knows, and two who are not in its chats: colleagues of the night and of the evening. */
export const demoAgents: readonly DemoAgent[] = [
  agent(SEED.ana, 'Ana', 'Silva', 'ana_agent', 0.6, [8, 17]),
  agent(SEED.ben, 'Ben', 'Okafor', 'ben_agent', 1.5, [9, 18]),
  agent(SEED.carla, 'Carla', 'Meyer', 'carla_admin', 1, [10, 15]),
  agent(500_000_201, 'ليلى', 'حداد', null, 0.9, [14, 23]),
  agent(500_000_202, 'मीरा', 'जोशी', null, 2.2, [21, 32]),
];

function agent(
  telegramId: number,
  firstName: string,
  lastName: string,
  username: string | null,
  pace: number,
  hours: readonly [number, number],
): DemoAgent {
  return { identity: { telegramId, firstName, lastName, username }, pace, hours };
}

const firstNames = [
  'Priya',
  'Arjun',
  'Fatima',
  'Tomás',
  'Siobhán',
  'Grace',
  'Kenji',
  'Elena',
  'Lukas',
  'Aisha',
  'Diego',
  'Ngozi',
  'Rahul',
  'Sofia',
  'Olga',
  'Mehmet',
  'Hannah',
  'Vikram',
  'Camille',
  'Noor',
  'अनन्या',
  'रोहन',
  'ليلى',
  'يوسف',
  'Анна',
];
const lastNames = [
  'Nair',
  'Sharma',
  'Haddad',
  'Herrera',
  'O’Neill',
  'Adeyemi',
  'Watanabe',
  'Petrova',
  'Weber',
  'Khan',
  'Morales',
  'Okonkwo',
  'Iyer',
  'Rossi',
  'Kuznetsova',
  'Yılmaz',
  'Schmidt',
  'Patel',
  'Dubois',
  'Rahman',
];
const cities: readonly (readonly [city: string, country: string, language: string])[] = [
  ['Mumbai', 'IN', 'hi'],
  ['Bengaluru', 'IN', 'en'],
  ['Kochi', 'IN', 'en'],
  ['Delhi', 'IN', 'hi'],
  ['Amman', 'JO', 'ar'],
  ['Galway', 'IE', 'en'],
  ['Lagos', 'NG', 'en'],
  ['Valparaíso', 'CL', 'es'],
];

/** Somebody invented. Every few of them come back, as in life. */
export function demoCustomer(chance: Chance): Customer {
  const number = Math.floor(chance.next() * 400);
  const at = <Item>(items: readonly Item[], position: number) => items[position % items.length] as Item;
  const [city, country, language] = at(cities, number * 7);
  const name = `${at(firstNames, number)} ${at(lastNames, Math.floor(number / 3) * 7 + number)}`;
  return { name, email: `customer.${number}@example.com`, city, country, language };
}
