import { m, type Locale } from '@cairn/i18n/worker';

/** All that a reminder may put on the lock screen, and what the worker needs to report back. */
export interface Reminder {
  title: string;
  body: string;
  lang: Locale;
  /** A path of this app. */
  path: string;
  delivery_id: string | null;
  receipt_token: string | null;
}

const HOME = '/app/';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** A link is followed only into this app; anything else becomes its first page. */
export function safePath(navigate: unknown, origin: string): string {
  const target = text(navigate);
  if (!target) return HOME;
  let url: URL;
  try {
    url = new URL(target, origin);
  } catch {
    return HOME;
  }
  if (url.origin !== origin || !url.pathname.startsWith(HOME)) return HOME;
  return url.pathname + url.search + url.hash;
}

/** Reads a push message. Whatever arrives, the result can be shown: a push must never stay silent. */
export function readPayload(json: string | null, origin: string, fallback: Locale): Reminder {
  let message: unknown;
  try {
    message = json === null ? null : JSON.parse(json);
  } catch {
    message = null;
  }
  return readNotification(record(record(message)['notification']), origin, fallback);
}

/** The same for the `notification` part alone, which some browsers hand over already parsed. */
export function readNotification(
  notification: Record<string, unknown>,
  origin: string,
  fallback: Locale,
): Reminder {
  const lang =
    notification['lang'] === 'es' || notification['lang'] === 'en'
      ? notification['lang']
      : fallback;
  const data = record(notification['data']);
  return {
    title: text(notification['title']) ?? m.push_fallback_title({}, { locale: lang }),
    body: text(notification['body']) ?? m.push_fallback_body({}, { locale: lang }),
    lang,
    path: safePath(notification['navigate'], origin),
    delivery_id: text(data['delivery_id']),
    receipt_token: text(data['receipt_token']),
  };
}
