import { api, ask } from '@cairn/api';
import { dropValue, readValue, writeValue } from './db';

/** The server's key as `pushManager.subscribe` wants it. */
export function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A push service that is not there does not say no: it says nothing. */
const ANSWER_MS = 20_000;

/** The same, but not for ever. What comes later is found at the next start. */
function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ANSWER_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const sameBytes = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/**
 * Makes sure that the browser is subscribed with the server's current key and that the server knows
 * it. Safe to repeat; run at every start, because subscriptions are known to vanish silently.
 */
export async function subscribe(registration: ServiceWorkerRegistration): Promise<void> {
  const { public_key } = await ask(api.GET('/v1/push/public-key'));
  const key = keyBytes(public_key);
  let subscription = await inTime(registration.pushManager.getSubscription());
  const used = subscription?.options.applicationServerKey;
  if (subscription && used && !sameBytes(new Uint8Array(used), key)) {
    await inTime(subscription.unsubscribe());
    subscription = null;
  }
  subscription ??= await inTime(
    registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
  );
  await register(subscription);
}

async function register(subscription: PushSubscription): Promise<void> {
  const { endpoint, keys, expirationTime } = subscription.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) throw new Error('subscription without keys');
  const { id } = await ask(
    api.POST('/v1/me/push-subscriptions', {
      body: {
        endpoint,
        expirationTime: expirationTime ?? null,
        keys: { p256dh: keys.p256dh, auth: keys.auth },
      },
    }),
  );
  await writeValue('subscription', { id, endpoint });
}

/** Ends reminders on this device, here and on the server as far as it can be reached. */
export async function unsubscribe(
  registration: ServiceWorkerRegistration | undefined,
): Promise<void> {
  const saved = await readValue('subscription');
  await dropValue('subscription');
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe().catch(() => false);
  if (saved) {
    await ask(
      api.DELETE('/v1/me/push-subscriptions/{subscription_id}', {
        params: { path: { subscription_id: saved.id } },
      }),
    ).catch(() => undefined);
  }
}
