import { api, ask, type Occurrence } from '@cairn/api';
import { m, type Locale } from '@cairn/i18n/worker';
import { tell } from '../core/channel';
import { readValue } from '../core/db';
import { saveDelivery } from '../core/deliveries';
import { flush } from '../core/outbox';
import { flushReceipts } from '../core/receipts';
import { readNotification, readPayload, type Reminder } from './payload';
import { report } from './report';
import type { NotificationData } from './click';

declare const self: ServiceWorkerGlobalScope;

/** A reminder that is a little late beats one with buttons; so the look-up may not take longer. */
const LOOK_UP_MS = 2_500;

const ICON = '/app/icons/icon-192.png';
const BADGE = '/app/icons/badge-96.png';

/** Every push ends in a notification, whatever goes wrong before it. */
export async function showReminder(event: PushEvent): Promise<void> {
  const reminder = await read(event);
  const occurrence = await lookUp(reminder.delivery_id);
  const data: NotificationData = {
    path: reminder.path,
    lang: reminder.lang,
    delivery_id: reminder.delivery_id,
    receipt_token: reminder.receipt_token,
    occurrence_id: occurrence?.occurrence_id ?? null,
  };
  const tag = occurrence?.occurrence_id ?? reminder.delivery_id;
  const options: NotificationOptions & { actions?: object[]; renotify?: boolean } = {
    body: reminder.body,
    lang: reminder.lang,
    icon: ICON,
    badge: BADGE,
    data,
    // The next reminder of the same thing takes the place of this one, and is heard again.
    ...(tag ? { tag, renotify: true } : {}),
    ...(occurrence ? { actions: actionsFor(occurrence.kind, reminder.lang) } : {}),
  };
  try {
    await self.registration.showNotification(reminder.title, options);
  } catch {
    await self.registration.showNotification(reminder.title, { body: reminder.body, data });
  }
  tell({ type: 'reminded' });
  await Promise.allSettled([report(data, 'shown'), flush(), flushReceipts()]);
}

async function read(event: PushEvent): Promise<Reminder> {
  const fallback = await language();
  const { origin } = self.location;
  // A declarative message that the browser has read itself comes as a notification, without data.
  const proposed = (event as { notification?: Notification & { navigate?: string } }).notification;
  if (proposed) {
    const { title, body, lang, data, navigate } = proposed;
    return readNotification({ title, body, lang, data, navigate }, origin, fallback);
  }
  let json: string | null = null;
  try {
    json = event.data?.text() ?? null;
  } catch {
    json = null;
  }
  return readPayload(json, origin, fallback);
}

/** The person's language if known here, else the browser's. */
async function language(): Promise<Locale> {
  const saved = await readValue('client').catch(() => undefined);
  return saved?.language ?? (self.navigator.language.startsWith('es') ? 'es' : 'en');
}

/**
 * What the reminder is about: decides the buttons and is kept for opening it offline. Its title and
 * place stay in the database of this phone and never reach the notification.
 */
async function lookUp(delivery_id: string | null): Promise<Occurrence | null> {
  if (!delivery_id) return null;
  const call = ask(
    api.GET('/v1/me/deliveries/{delivery_id}', { params: { path: { delivery_id } } }),
  )
    .then(({ occurrence }) => occurrence)
    .catch(() => null);
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOOK_UP_MS));
  const occurrence = await Promise.race([call, late]);
  if (occurrence) await saveDelivery(delivery_id, occurrence).catch(() => undefined);
  return occurrence;
}

function actionsFor(kind: Occurrence['kind'], locale: Locale) {
  const say = { locale };
  // Answered in the app; from outside it can only wait.
  if ((kind as string) === 'check_in') {
    return [{ action: 'snoozed', title: m.answer_later_short({}, say) }];
  }
  if (kind === 'appointment' || kind === 'meeting') {
    return [
      { action: 'confirmed', title: m.answer_going({}, say) },
      { action: 'help', title: m.answer_help({}, say) },
    ];
  }
  return [
    { action: 'done', title: m.answer_done({}, say) },
    { action: 'snoozed', title: m.answer_later_short({}, say) },
  ];
}
