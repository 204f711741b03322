import type { TawkCall } from './fake-tawk.ts';

/** What the kit, the fake widget and the tests define on a shop's page, for code that runs there. */
export type ShopPage = {
  ChatContextManager: {
    configure: (settings: object) => void;
    updateContext: (context: unknown) => void;
    setScreen: (name: string) => void;
    setCart: (value: unknown, itemCount: unknown) => void;
    setOrder: (id: string) => void;
    currentContext: Record<string, unknown>;
  };
  updateSupportContext: (screen: string, cartValue: number, frictionScore: number) => void;
  shouldShowSupport: (orderValue?: number) => boolean;
  toggleSupportWidget: (orderValue: number) => void;
  openChat: () => void;
  minimizeChat: () => void;
  initTawkSecure: (login: object) => Promise<boolean>;
  fakeTawk: {
    calls: TawkCall[];
    attributes: Map<string, string>;
    tags: Set<string>;
    visitor: unknown;
    startChat: (detail: unknown) => void;
    endChat: () => void;
  };
  problems: unknown[];
  seen: unknown[];
};
