import { NavigationContainer } from '@react-navigation/native';
import type { ReactNode } from 'react';
import { ChatContextManager } from './ChatContextManager.ts';

/** Every navigation sets the screen that the customer is on. */
export function App({ screens }: { screens: ReactNode }) {
  return (
    <NavigationContainer
      onStateChange={(state) => ChatContextManager.setScreen(state?.routes[state.index]?.name ?? 'unknown')}
    >
      {screens}
    </NavigationContainer>
  );
}
