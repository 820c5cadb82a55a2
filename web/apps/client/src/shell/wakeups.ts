import { agenda } from '../features/agenda/agenda.svelte';
import { recent } from '../features/checkins/checkins.svelte';
import { forms } from '../features/checkins/forms.svelte';
import { goals, proposals } from '../features/goals/goals.svelte';
import { requests, resources } from '../features/help/help.svelte';
import { session } from '../features/identity/session.svelte';
import { listen, tell } from '../core/channel';
import type { Copy } from '../core/copy.svelte';
import { net } from '../core/net.svelte';
import { outbox } from '../core/outbox.svelte';

const RETRY_MS = 20_000;

const later = () => import('./later');

/** Sends what waits and fetches what may have changed, whenever there is a sign that it could work. */
export async function catchUp(): Promise<void> {
  await outbox.reload();
  if (session.phase !== 'signed_in' || !session.client) return;
  await outbox.flush();
  const { client } = session;
  if (!client) return;
  // First what the first screen shows, then what must be there when the network is gone.
  await Promise.all([agenda, forms, recent, goals, proposals].map((copy) => copy.load(client)));
  const { bringTogether, plans, carePlans, latest, progress } = await later();
  await bringTogether();
  for (const copy of [
    progress.twoWeeks,
    plans.safety,
    plans.wellness,
    resources,
    carePlans,
    latest,
  ]) {
    if (session.client?.id === client.id) await copy.load(client);
  }
}

type Load = Pick<Copy<unknown>, 'load'>;

/** What to fetch anew when something of a kind has changed. */
const shown = ({
  plans,
  carePlans,
  latest,
  progress,
}: Awaited<ReturnType<typeof later>>): Record<string, Load[]> => ({
  agenda_item: [agenda],
  occurrence: [agenda],
  goal: [goals],
  goal_progress: [goals],
  goal_proposal: [goals, proposals],
  help_request: [requests],
  care_plan: [carePlans],
  note: [latest],
  plan_document: [plans.safety, plans.wellness],
  check_in: [recent, progress.twoWeeks],
  check_in_schedule: [forms, agenda],
  check_in_form: [forms],
  form_version: [forms],
});

/** Follows the news of the server while somebody looks, and keeps the badge of the app. Returns what ends it. */
export function followNews(): () => void {
  let stop: (() => void) | null = () => undefined;
  void later().then(({ followWhileSeen, followBadge }) => {
    if (!stop) return;
    const news = (about: string[]) => tell({ type: 'news', about });
    const stops = [followWhileSeen(news), followBadge()];
    stop = () => stops.forEach((end) => end());
  });
  return () => {
    stop?.();
    stop = null;
  };
}

/** Quietly: what is on the screen changes in its place. */
async function hear(about: readonly string[]): Promise<void> {
  const { client } = session;
  if (!client || document.visibilityState !== 'visible') return;
  if (about.includes('all')) return catchUp();
  if (about.includes('client')) void session.refresh();
  const kinds = shown(await later());
  const stale = new Set(about.flatMap((kind) => kinds[kind] ?? []));
  await Promise.all([...stale].map((copy) => copy.load(client)));
}

/** Finds out whether this phone still gets its reminders. */
export const confirmReminders = (): Promise<void> =>
  later()
    .then(({ reminders }) => reminders.confirm())
    .catch(() => undefined);

async function comeBack(): Promise<void> {
  if (session.phase !== 'signed_in') return;
  await session.refresh();
  await catchUp();
  await confirmReminders();
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
    if (signal.type === 'news') void hear(signal.about);
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
