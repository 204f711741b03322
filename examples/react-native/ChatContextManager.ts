type Context = Record<string, unknown>;
type Subscriber = (context: Context) => void;

let currentContext: Context = {};
const subscribers = new Set<Subscriber>();

function updateContext(context: Context): void {
  currentContext = { ...currentContext, ...context };
  for (const subscriber of subscribers) subscriber(currentContext);
}

/** The visitor's context in the app; the chat page turns it into what Tawk.to accepts. */
export const ChatContextManager = {
  get currentContext(): Context {
    return currentContext;
  },
  updateContext,
  setScreen: (name: string) => updateContext({ current_screen: name }),
  setCart: (value: number, itemCount: number) => updateContext({ cart_value: value, items_in_cart: itemCount }),
  setFriction: (score: number) => updateContext({ friction_score: score }),
  /** Returns how to unsubscribe. */
  subscribe: (subscriber: Subscriber) => {
    subscribers.add(subscriber);
    return () => void subscribers.delete(subscriber);
  },
};
