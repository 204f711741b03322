/** What the examples use of two packages that are too large to install for a type check alone. */
declare module 'react-native-webview' {
  import { Component } from 'react';

  export class WebView extends Component<{
    source: { uri: string };
    injectedJavaScriptBeforeContentLoaded?: string;
    onLoadEnd?: () => void;
    originWhitelist?: string[];
  }> {
    postMessage(message: string): void;
  }
}

declare module '@react-navigation/native' {
  import type { FunctionComponent, ReactNode } from 'react';

  export const NavigationContainer: FunctionComponent<{
    onStateChange?: (state: { index: number; routes: { name: string }[] } | undefined) => void;
    children: ReactNode;
  }>;
}
