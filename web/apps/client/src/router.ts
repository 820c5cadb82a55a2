import { createRouter } from 'sv-router';
import Today from './features/agenda/Today.svelte';
import Help from './features/help/Help.svelte';
import SignedIn from './features/identity/SignedIn.svelte';
import NotFound from './shell/NotFound.svelte';

/** Addresses of this app. The first keeps its slash: the worker covers `/app/`, not `/app`. */
export const links = {
  home: '/app/',
  help: '/app/help',
  reminders: '/app/reminders',
  settings: '/app/settings',
  item: (occurrence_id: string) => `/app/item/${encodeURIComponent(occurrence_id)}`,
};

const Item = () => import('./features/agenda/Item.svelte');

// The only file that knows the router. Help is part of the first download, so that it is there even
// when the connection goes right after; a path in brackets has no sign-in around it.
export const { navigate, route } = createRouter({
  '/': Today,
  '/r/:deliveryId': Item,
  '/item/:occurrenceId': Item,
  '/reminders': () => import('./features/devices/RemindersPage.svelte'),
  '/settings': () => import('./features/settings/Settings.svelte'),
  '/(help)': Help,
  layout: SignedIn,
  '*': NotFound,
  hooks: {
    afterLoad() {
      if (location.pathname === '/app') history.replaceState(history.state, '', links.home);
    },
  },
});

/** Opens a path of this app that came from outside, such as a notification. */
export async function openPath(path: string): Promise<void> {
  const { pathname } = new URL(path, location.origin);
  const deliveryId = /^\/app\/r\/([^/]+)$/.exec(pathname)?.[1];
  if (deliveryId) await navigate('/r/:deliveryId', { params: { deliveryId } });
  else await navigate('/');
}
