import { telegramLimits, unlimited } from '../../src/telegram/flood-limits.ts';

// Loaded before the program (node --import): this Telegram does not limit, so neither does the pace.
Object.assign(telegramLimits, unlimited);
