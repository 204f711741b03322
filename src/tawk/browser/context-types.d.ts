/** The types of context.js, apart from it so that no shop's page loads them. */
declare namespace Kit {
  type Context = Record<string, unknown>;
  type Rules = { minOrderValue?: number; screens?: string[]; tiers?: string[]; hours?: string };
  type Problem = { code: string; detail?: string };
  type Settings = {
    rules?: Rules;
    contextUrl?: string;
    onError?: (problem: Problem) => void;
    /** Names on the console, once, what was refused. */
    debug?: boolean;
  };
  type SecureLogin = { hashUrl: string; token: string | (() => string | Promise<string>); name?: string };

  /** What the next page of a shop must know of this one. */
  type Memory = { chatId?: string | null; tags?: string[] };

  type Done = (error?: unknown) => void;
  type Attributes = Record<string, string>;
  /** Tawk's `Tawk_API`, as far as the kit uses it; its methods are there once the widget has loaded. */
  type Tawk = {
    visitor?: Attributes;
    onLoaded?: boolean;
    isChatOngoing?: () => boolean;
    setAttributes?: (attributes: Attributes, done: Done) => void;
    addTags?: (tags: string[], done: Done) => void;
    removeTags?: (tags: string[], done: Done) => void;
    login?: (who: Attributes, done: Done) => void;
    showWidget?: () => void;
    hideWidget?: () => void;
    maximize?: () => void;
    minimize?: () => void;
  };

  type Manager = {
    configure: (settings: Settings) => void;
    updateContext: (context: Context) => void;
    setScreen: (name: string) => void;
    setCart: (value: number, itemCount: number) => void;
    setFriction: (score: number) => void;
    setOrder: (id: string) => void;
    readonly currentContext: Context;
  };
}
