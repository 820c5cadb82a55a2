import { api, type Client, type Occurrence } from '@cairn/api';
import { addDays, localDate } from '@cairn/i18n';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { session } from '../identity/session.svelte';

/** Today and the days after it that are kept on this phone. */
const DAYS = 31;
const PAGE = 200;

async function fetchAgenda(client: Client): Promise<Occurrence[]> {
  const from = localDate(Date.now(), client.time_zone);
  const to = addDays(from, DAYS);
  const items: Occurrence[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(
      api.GET('/v1/clients/{client_id}/agenda', {
        params: {
          path: { client_id: client.id },
          query: { from, to, limit: PAGE, ...(cursor ? { cursor } : {}) },
        },
      }),
    );
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

export const agenda = new Copy<Occurrence[]>('agenda', fetchAgenda);

listen((signal) => {
  if (signal.type !== 'sent') return;
  if (signal.kind === 'answer') {
    const fresh = signal.value as Occurrence;
    agenda.change(null, (items) =>
      items.map((old) => (old.occurrence_id === fresh.occurrence_id ? fresh : old)),
    );
  } else if (['item', 'check_in'].includes(signal.kind) && session.client) {
    void agenda.load(session.client);
  }
});
