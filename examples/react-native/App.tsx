import { NavigationContainer } from '@react-navigation/native';
import type { ReactNode } from 'react';
import { ChatContextManager } from './ChatContextManager.ts';

/** Every navigation tells which screen the customer is on. */
export function App({ screens }: { screens: ReactNode }) {
  return (
    <NavigationContainer
      onStateChange={(state) => ChatContextManager.setScreen(state?.routes[state.index]?.name ?? 'unknown')}
    >
      {screens}
    </NavigationContainer>
  );
}
