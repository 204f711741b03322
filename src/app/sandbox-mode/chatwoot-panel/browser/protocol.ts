/** What the panel and its server exchange. Types only: the browser never loads this file. */

export type PanelMessage = {
  id: number;
  kind: 'customer' | 'agent' | 'note' | 'activity';
  from: string | null;
  /** Written by Bellhop. */
  isFromTelegram: boolean;
  text: string;
  files: string[];
  status: 'sent' | 'delivered' | 'read' | 'failed';
  error: string | null;
  /** Milliseconds. */
  at: number;
};

export type PanelConversation = {
  id: number;
  customer: { id: number; name: string };
  inbox: string;
  status: 'open' | 'resolved' | 'pending' | 'snoozed';
  priority: 'low' | 'medium' | 'high' | 'urgent' | null;
  labels: string[];
  assignee: string | null;
  /** The customer has had no answer yet. */
  isWaiting: boolean;
  /** Oldest first. */
  messages: PanelMessage[];
};

export type PanelState = {
  account: string;
  inboxes: { id: number; name: string }[];
  /** What changed last comes first. */
  conversations: PanelConversation[];
};
