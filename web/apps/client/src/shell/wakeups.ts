import { agenda } from '../features/agenda/agenda.svelte';
import { reminders } from '../features/devices/reminders.svelte';
import { session } from '../features/identity/session.svelte';
import { listen } from '../core/channel';
import { net } from '../core/net.svelte';
import { outbox } from '../core/outbox.svelte';

const RETRY_MS = 20_000;

/** Sends what waits and fetches what may have changed, whenever there is a sign that it could work. */
export async function catchUp(): Promise<void> {
  await outbox.reload();
  if (session.phase !== 'signed_in' || !session.client) return;
  await outbox.flush();
  if (session.client) await agenda.load(session.client);
}

async function comeBack(): Promise<void> {
  if (session.phase !== 'signed_in') return;
  await session.refresh();
  await catchUp();
  await reminders.confirm().catch(() => undefined);
}

export function wakeUps(): () => void {
  const seen = () => {
    if (document.visibilityState === 'visible') void comeBack();
  };
  const online = () => void comeBack();
  addEventListener('online', online);
  document.addEventListener('visibilitychange', seen);
  const stopListening = listen((signal) => {
    if (signal.type === 'reminded') void catchUp();
  });
  // Spread out, so that a server that comes back is not met by everyone in the same second.
  const timer = setInterval(
    () => {
      if (!net.reachable || outbox.waiting.length > 0) void catchUp();
    },
    RETRY_MS * (1 + Math.random()),
  );
  return () => {
    removeEventListener('online', online);
    document.removeEventListener('visibilitychange', seen);
    stopListening();
    clearInterval(timer);
  };
}
