import { describe, expect, it } from 'vitest';
import { readPreChat } from './pre-chat.ts';

const nothing = { email: undefined, phone: undefined, answers: {} };

describe('pre-chat answers', () => {
  it('are told apart from the message', () => {
    const text =
      'Name : Asha Rao\nEmail : Asha@Example.com\nPhone Number : 98 1234\nCompany name : Ozols : Events\nMessage : Hello\nI need a quote\nBudget : 100';
    expect(readPreChat(text)).toEqual({
      email: 'asha@example.com',
      phone: '98 1234',
      answers: {
        Name: 'Asha Rao',
        Email: 'Asha@Example.com',
        'Phone Number': '98 1234',
        'Company name': 'Ozols : Events',
      },
      message: 'Hello\nI need a quote\nBudget : 100',
    });
  });

  it.each([
    ['Hi, my order has not arrived yet', {}],
    ['Note: it is urgent', {}],
    ['See https://shop.example : there', {}],
    [`${'x'.repeat(61)} : y`, {}],
    ['', {}],
  ])('%j has none', (text, answers) => {
    expect(readPreChat(text)).toEqual({ ...nothing, answers, message: text });
  });

  it('an e-mail that is none stays an answer', () => {
    expect(readPreChat('Email : none\nHi')).toEqual({ ...nothing, answers: { Email: 'none' }, message: 'Hi' });
  });

  it('an empty answer is none, and a dangerous label is only a label', () => {
    expect(readPreChat('Phone : \n__proto__ : polluted\nconstructor : x\n')).toEqual({
      ...nothing,
      answers: JSON.parse('{"__proto__": "polluted", "constructor": "x"}'),
      message: '',
    });
  });
});
