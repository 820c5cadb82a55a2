import type { WaitingKind } from './db';

/** What the tabs and the service worker tell each other. */
export type Signal =
  | { type: 'outbox' }
  | { type: 'sent'; kind: WaitingKind; subject: string; value: unknown }
  | { type: 'reminded' }
  /** Something has changed on the server; `about` names the kinds of things, `all` means that anything may have. */
  | { type: 'news'; about: string[] }
  | { type: 'ended' }
  | { type: 'signed_out' };

const NAME = 'cairn';
let channel: BroadcastChannel | undefined;
const listeners = new Set<(signal: Signal) => void>();

function open(): BroadcastChannel {
  if (!channel) {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = (event: MessageEvent<Signal>) => {
      for (const listener of listeners) listener(event.data);
    };
  }
  return channel;
}

/** Tells the other tabs, the worker, and this page too: who listens need not care who spoke. */
export function tell(signal: Signal): void {
  open().postMessage(signal);
  for (const listener of listeners) listener(signal);
}

export function listen(listener: (signal: Signal) => void): () => void {
  open();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
