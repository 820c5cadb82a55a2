import { api, type Client, type Occurrence } from '@cairn/api';
import { addDays, localDate } from '@cairn/i18n';
import { listen } from '../../core/channel';
import { readValue } from '../../core/db';
import { call } from '../../core/net.svelte';
import { saveAgenda } from '../../core/saved';

/** Today and the days after it that the first screen shows. */
const DAYS = 14;
const PAGE = 200;

class Agenda {
  items = $state.raw<Occurrence[] | null>(null);
  fetched_at = $state<number | null>(null);
  failed = $state(false);
  loading = $state(false);
  /** True once the list on screen is what the server says now, not a saved copy. */
  fresh = $state(false);

  constructor() {
    listen((signal) => {
      if (signal.type === 'answered') this.replace(signal.occurrence);
      if (signal.type === 'ended' || signal.type === 'signed_out') this.forget();
    });
  }

  async load(client: Client): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    if (!this.items) await this.showSaved();
    try {
      const items = await fetchAgenda(client);
      const fetched_at = Date.now();
      const still_here = await saveAgenda(client.id, { items, fetched_at }).catch(() => true);
      if (!still_here) return;
      this.items = items;
      this.fetched_at = fetched_at;
      this.failed = false;
      this.fresh = true;
    } catch {
      this.failed = true;
      this.fresh = false;
    } finally {
      this.loading = false;
    }
  }

  private async showSaved(): Promise<void> {
    const saved = await readValue('agenda').catch(() => undefined);
    if (!saved) return;
    this.items = saved.items;
    this.fetched_at = saved.fetched_at;
  }

  private replace(fresh: Occurrence): void {
    if (!this.items) return;
    this.items = this.items.map((old) => (old.occurrence_id === fresh.occurrence_id ? fresh : old));
  }

  private forget(): void {
    this.items = null;
    this.fetched_at = null;
    this.fresh = false;
    this.failed = false;
  }
}

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

export const agenda = new Agenda();
