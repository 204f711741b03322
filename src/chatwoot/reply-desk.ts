import { z } from 'zod';
import type { ReplyDesk } from '../replies/reply-desk.ts';
import { cleanLine, cleanText } from '../sources/clean-text.ts';
import type { ChatwootClient } from './client.ts';

const conversationSchema = z.object({
  can_reply: z.boolean(),
  meta: z.object({ channel: z.string().optional().catch(undefined) }),
});
const savedAnswers = z.array(z.object({ id: z.number(), short_code: z.string(), content: z.string() }));

/** Chatwoot's names of channels in words. */
const channels: Readonly<Record<string, string>> = {
  WebWidget: 'website chat',
  Api: 'API',
  FacebookPage: 'Facebook',
  TwilioSms: 'SMS',
  Sms: 'SMS',
  TwitterProfile: 'Twitter',
  Email: 'e-mail',
  Whatsapp: 'WhatsApp',
};

/** Looks up in Chatwoot how a reply would reach the customer. */
export function createReplyDesk(client: ChatwootClient): ReplyDesk {
  return {
    wayTo: async (conversationId) => {
      const answer = await client.call('GET', `/conversations/${conversationId}`);
      if (!answer.ok) {
        const { failure } = answer;
        return { ok: false, problem: 'reason' in failure ? failure.reason : 'Chatwoot limits the number of requests' };
      }
      const parsed = conversationSchema.safeParse(answer.body);
      if (!parsed.success) return { ok: false, problem: 'Chatwoot answered with something unreadable' };
      const name = (parsed.data.meta.channel ?? '').replace(/^Channel::/, '');
      return {
        ok: true,
        channel: channels[name] ?? (cleanLine(name, 50) || 'Chatwoot'),
        canReply: parsed.data.can_reply,
      };
    },
    savedAnswers: async () => {
      const answer = await client.call('GET', '/canned_responses');
      const found = answer.ok ? (savedAnswers.safeParse(answer.body).data ?? []) : [];
      return found.map(({ id, short_code: code, content }) => ({
        id,
        name: cleanLine(code, 30),
        text: cleanText(content),
      }));
    },
  };
}
