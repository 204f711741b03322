import { z } from 'zod';
import { maxAttributes } from '../sources/visitor-context.ts';

const text = z.union([z.string(), z.number()], 'must be a text').transform(String);

/** The body of a context. That it names a chat or an e-mail is checked once both are cleaned. */
export const contextSchema = z.object(
  {
    chatId: text.nullish().describe("Tawk.to's chat ID."),
    email: z.string('must be a text').nullish().describe('The address the customer chats with, in any case.'),
    propertyId: text.nullish().describe('Only chats of this Tawk.to property.'),
    attributes: z
      .record(z.string(), z.unknown(), 'must be an object of names and values')
      .refine((given) => Object.keys(given).length <= maxAttributes, `has more than ${maxAttributes} names: send fewer`)
      .describe('Names and values; `user_id`, `user-id` and `userId` are the same name. `null` takes one back.'),
  },
  'must be a JSON object such as {"chatId": "…", "attributes": {"user_tier": "GOLD"}}',
);
