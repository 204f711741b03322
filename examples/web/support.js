// Runs in the shop's pages, after https://<your Bellhop>/tawk/context.js.

// What agents see, and when the widget is offered.
ChatContextManager.configure({
  contextUrl: '/support/context',
  rules: { minOrderValue: 5000, hours: 'Mon-Sat 09:00-21:00' },
});

/**
 * Call it once a page is loaded. Secure login first: Tawk reads who the visitor is when its script loads.
 * @param {{ name: string, tier: string } | undefined} customer undefined where nobody is signed in
 */
export async function startSupport(customer) {
  if (customer) {
    await initTawkSecure({
      hashUrl: 'https://bellhop.example.com/api/tawk-hash',
      token: async () => (await fetch('/support/token')).text(),
      name: customer.name,
    });
    ChatContextManager.updateContext({
      user_tier: customer.tier,
      tags: [`tier-${customer.tier.toLowerCase()}`],
    });
  }
  const script = document.createElement('script');
  script.async = true;
  script.src = 'https://embed.tawk.to/YOUR_PROPERTY_ID/YOUR_WIDGET_ID';
  document.head.append(script);
}

/**
 * Call it on every navigation and whenever the cart changes.
 * @param {string} screen
 * @param {{ value: number, items: number }} cart
 */
export function showScreen(screen, cart) {
  ChatContextManager.setScreen(screen);
  ChatContextManager.setCart(cart.value, cart.items);
  toggleSupportWidget(cart.value);
}
