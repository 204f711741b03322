import { expect, test } from 'vitest';
import { fillIn } from './fill-in.ts';

test('a saved answer gets the names; what is not known stays to be seen', () => {
  const facts = { customer: 'Ana Pereira', email: 'ana@example.com', phone: null, agent: 'Ben', conversation: '7' };
  expect(fillIn('Hi {{ contact.first_name }} ({{contact.email}}{{contact.phone}}), {{agent.name}}', facts)).toBe(
    'Hi Ana (ana@example.com), Ben',
  );
  expect(fillIn('{{contact.custom_attribute.x}} {% if a %}', facts)).toBe('{{contact.custom_attribute.x}} {% if a %}');
});
