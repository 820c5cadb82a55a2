import type { NewResponse, ResponseKind } from '@cairn/api';
import { m, type Locale } from '@cairn/i18n/worker';
import { clearBadge } from '../core/badge';
import { readValue } from '../core/db';
import { askForBackgroundSync } from '@cairn/outbox';
import { answerDeed, enqueue, flush, waitingDeeds } from '../core/outbox';
import { report } from './report';

declare const self: ServiceWorkerGlobalScope;

/** What a shown notification carries, so that a click needs no network to know where to go. */
export interface NotificationData {
  path: string;
  lang: Locale;
  delivery_id: string | null;
  receipt_token: string | null;
  occurrence_id: string | null;
}

const SNOOZE_MINUTES = 30;

const ACTIONS: readonly string[] = [
  'confirmed',
  'help',
  'done',
  'snoozed',
] satisfies ResponseKind[];

export async function clicked(notification: Notification, action: string): Promise<void> {
  const data = notification.data as NotificationData;
  notification.close();
  try {
    if (data.occurrence_id && ACTIONS.includes(action)) {
      await answer(notification.tag, data, data.occurrence_id, action as ResponseKind);
    } else {
      await open(data.path);
    }
  } finally {
    // A browser may refuse to open a window; the person has tapped all the same.
    await report(data, 'clicked');
  }
}

export async function dismissed(notification: Notification): Promise<void> {
  await report(notification.data as NotificationData, 'dismissed');
}

/** Answers without opening the app. */
async function answer(
  tag: string,
  data: NotificationData,
  occurrence_id: string,
  response: ResponseKind,
): Promise<void> {
  const owner = await readValue('owner');
  if (!owner) return open(data.path);
  // One less waits than it says. An open page counts again as soon as it hears of this, the next one when it opens.
  clearBadge();
  const body: NewResponse =
    response === 'snoozed' ? { response, snooze_minutes: SNOOZE_MINUTES } : { response };
  await enqueue(answerDeed(occurrence_id, body), owner);
  await askForBackgroundSync(self.registration);
  const result = await flush();
  const left = (await waitingDeeds()).find(
    (one) => one.kind === 'answer' && one.subject === occurrence_id,
  );
  // Who asked for help must know whether it went out; for the rest, silence means it did.
  if (left?.refused) await confirmAnswer(tag, data, 'refused');
  else if (left) await confirmAnswer(tag, data, result === 'ended' ? 'ended' : 'kept');
  else if (response === 'help') await confirmAnswer(tag, data, 'sent');
}

async function confirmAnswer(
  tag: string,
  data: NotificationData,
  outcome: 'sent' | 'kept' | 'ended' | 'refused',
): Promise<void> {
  const say = { locale: data.lang };
  const [title, body] = {
    sent: [m.push_sent_title, m.push_sent_body] as const,
    kept: [m.push_kept_title, m.push_kept_body] as const,
    ended: [m.push_kept_title, m.push_ended_body] as const,
    refused: [m.push_refused_title, m.push_sent_body] as const,
  }[outcome];
  // Without the token: this one is not the reminder, and closing it says nothing about it.
  const quiet: NotificationData = { ...data, receipt_token: null };
  await self.registration.showNotification(title({}, say), {
    body: body({}, say),
    tag,
    lang: data.lang,
    silent: true,
    icon: '/app/icons/icon-192.png',
    badge: '/app/icons/badge-96.png',
    data: quiet,
  });
}

/** Brings an open window of the app to the front and to the item, or opens one. */
async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const mine = windows.filter((client) => new URL(client.url).pathname.startsWith('/app/'));
  const client = mine.find((window) => window.focused) ?? mine[0];
  if (!client) {
    await self.clients.openWindow(path);
    return;
  }
  client.postMessage({ type: 'open', path });
  await client.focus().catch(() => self.clients.openWindow(path));
}
