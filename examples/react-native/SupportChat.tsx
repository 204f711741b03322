import { useEffect, useRef } from 'react';
import { WebView } from 'react-native-webview';
import { ChatContextManager } from './ChatContextManager.ts';

const chatPage = 'https://bellhop.example.com/chat-page';

/** The chat over the whole screen. `visitor`: who is signed in, with the hash from your backend. */
export function SupportChat({ visitor }: { visitor?: { name: string; email: string; hash: string } }) {
  const webView = useRef<WebView>(null);

  // What changes while the chat is open is posted to the page; once it has loaded, what changed meanwhile.
  const post = (changed: object) =>
    webView.current?.postMessage(JSON.stringify({ type: 'bellhop:context', context: changed }));
  useEffect(() => ChatContextManager.subscribe(post), []);

  // JSON.stringify and never '${name}': a name with a quote must not become code.
  const context = JSON.stringify({ ...ChatContextManager.currentContext, ...visitor });
  return (
    <WebView
      ref={webView}
      source={{ uri: chatPage }}
      injectedJavaScriptBeforeContentLoaded={`window.BELLHOP_CONTEXT = ${context}; true;`}
      onLoadEnd={() => post(ChatContextManager.currentContext)}
      originWhitelist={['https://*']}
    />
  );
}
