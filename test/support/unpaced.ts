import { telegramLimits, unlimited } from '../../src/delivery/pace.ts';

// Loaded before the program (node --import): this Telegram does not limit, so neither does the pace.
Object.assign(telegramLimits, unlimited);
