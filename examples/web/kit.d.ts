/** What https://<your Bellhop>/tawk/context.js defines on `window`. */
declare const ChatContextManager: {
  configure(settings: {
    rules?: { minOrderValue?: number; screens?: string[]; tiers?: string[]; hours?: string };
    contextUrl?: string;
    onError?: (problem: { code: string; detail?: string }) => void;
    debug?: boolean;
  }): void;
  updateContext(context: Record<string, unknown>): void;
  setScreen(name: string): void;
  setCart(value: number, itemCount: number): void;
  setFriction(score: number): void;
  setOrder(id: string): void;
  readonly currentContext: Record<string, unknown>;
};
declare function updateSupportContext(screen: string, cartValue: number, frictionScore: number): void;
declare function shouldShowSupport(orderValue?: number): boolean;
declare function toggleSupportWidget(orderValue?: number): void;
declare function openChat(): void;
declare function minimizeChat(): void;
declare function initTawkSecure(login: {
  hashUrl: string;
  token: string | (() => string | Promise<string>);
  name?: string;
}): Promise<boolean>;
