import { clientsClaim } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { tell } from '../core/channel';
import { readValue } from '../core/db';
import { flush } from '../core/outbox';
import { flushReceipts } from '../core/receipts';
import { subscribe } from '../core/subscription';
import { clicked, dismissed } from './click';
import { showReminder } from './push';

declare const self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: Parameters<typeof precacheAndRoute>[0];
};

// Only the shell of the app is ever in the cache. What the server says about a person is not:
// there is no route for /v1 here, so the browser fetches it as if there were no worker.
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/app/index.html'), { allowlist: [/^\/app\//] }),
);

// The first worker takes the page over at once; a new version waits until the person says so.
clientsClaim();

self.addEventListener('message', (event) => {
  const { type } = (event.data ?? {}) as { type?: string };
  if (type === 'SKIP_WAITING') void self.skipWaiting();
  if (type === 'CLAIM') event.waitUntil(self.clients.claim());
});

self.addEventListener('push', (event) => event.waitUntil(showReminder(event)));

self.addEventListener('notificationclick', (event) =>
  event.waitUntil(clicked(event.notification, event.action)),
);

self.addEventListener('notificationclose', (event) =>
  event.waitUntil(dismissed(event.notification)),
);

self.addEventListener('pushsubscriptionchange', (event) =>
  (event as ExtendableEvent).waitUntil(subscribe(self.registration)),
);

self.addEventListener('sync', (event) => (event as ExtendableEvent).waitUntil(sendWaiting()));

/** Background Sync tries again by itself as long as this throws. */
async function sendWaiting(): Promise<void> {
  if (!(await readValue('owner'))) return;
  const [answers, receipts] = await Promise.all([flush(), flushReceipts()]);
  tell({ type: 'outbox' });
  if (answers === 'waiting' || !receipts) throw new Error('not sent yet');
}
