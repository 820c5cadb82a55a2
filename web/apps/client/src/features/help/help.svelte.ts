import { api, type CrisisResources, type HelpRequest } from '@cairn/api';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { session } from '../identity/session.svelte';

/** What the person asked the team for lately, the newest first. */
export const requests = new Copy<HelpRequest[]>('help', async () => {
  const page = await call(api.GET('/v1/help-requests', { params: { query: { limit: 5 } } }));
  return page.items;
});

/** Where this agency says to turn to. What is on the help page anyway is built into the app. */
export const resources = new Copy<CrisisResources>('crisis', async () =>
  call(api.GET('/v1/crisis-resources')),
);

listen((signal) => {
  if (signal.type !== 'sent' || signal.kind !== 'help') return;
  const fresh = signal.value as HelpRequest;
  if (requests.value) {
    requests.change(session.client, (all) => [fresh, ...all.filter(({ id }) => id !== fresh.id)]);
  } else if (session.client) {
    void requests.load(session.client);
  }
});

/** The one that the team has not dealt with yet. */
export const openRequest = (): HelpRequest | undefined =>
  requests.value?.find(({ state }) => state !== 'closed');

const BUILT_IN = new Set(['988', '838255', '911', 'https://988lifeline.org/chat/']);

/** What the agency has added of its own. */
export const nearby = (): CrisisResources['items'] =>
  resources.value?.items.filter(({ address }) => !BUILT_IN.has(address)) ?? [];

const SCHEME = { call: 'tel:', text: 'sms:', open: '' } as const;

/** What a tap on it opens. */
export const dialled = ({ action, address }: CrisisResources['items'][number]): string =>
  SCHEME[action] + (action === 'open' ? address : address.replace(/[^\d+]/g, ''));
