import { z } from 'zod';
import type { Documentation } from '../sources/documentation.ts';

/** What the API documentation says of the routes for operators. */

const tag = 'Operations';
const timestamp = z.iso.datetime();

export const healthDocs: Documentation = {
  tag,
  summary: 'Liveness',
  answers: {
    200: {
      description: 'This process answers requests. The database and Telegram are not checked.',
      shape: {
        name: 'Health',
        schema: z.object({
          status: z.literal('healthy'),
          service: z.literal('bellhop'),
          uptime_seconds: z.int(),
          timestamp,
        }),
      },
      example: { status: 'healthy', service: 'bellhop', uptime_seconds: 3600, timestamp: '2025-01-19T18:30:00.123Z' },
    },
  },
};

export const readyDocs: Documentation = {
  tag,
  summary: 'Readiness',
  description:
    'Whether the database can be written and is migrated, Telegram answered lately, and nothing waits too long. With CHATWOOT_ALERT_KEY as a bearer token (without one set: from this machine) the answer names the reasons.',
  answers: {
    200: {
      description: 'Everything works.',
      shape: { name: 'Ready', schema: z.object({ status: z.literal('ready'), timestamp }) },
      example: { status: 'ready', timestamp: '2025-01-19T18:30:00.123Z' },
    },
    503: {
      description: 'Something does not work.',
      shape: {
        name: 'NotReady',
        schema: z.object({
          status: z.literal('not ready'),
          reasons: z.array(z.string()).optional().describe('Only for callers who may inspect.'),
          timestamp,
        }),
      },
      example: {
        status: 'not ready',
        reasons: ['The database is not responding: check DATABASE_URL and that PostgreSQL is running.'],
        timestamp: '2025-01-19T18:30:00.123Z',
      },
    },
  },
};

export const metricsDocs: Documentation = {
  tag,
  summary: 'Metrics for Prometheus',
  description: 'Without CHATWOOT_ALERT_KEY set, requests from this machine need no key.',
  security: ['AlertKey'],
  answers: { 200: { description: 'The text format of Prometheus.', type: 'text/plain' } },
  errors: ['unavailable'],
};
