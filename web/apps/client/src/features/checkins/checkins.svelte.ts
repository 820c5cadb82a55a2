import { api, type CheckIn, type Client, type NewCheckIn } from '@cairn/api';
import { addDays, localDate, type LocalDate } from '@cairn/i18n';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { outbox } from '../../core/outbox.svelte';
import { session } from '../identity/session.svelte';

const DAYS = 14;

async function fetchRecent(client: Client): Promise<CheckIn[]> {
  const today = localDate(Date.now(), client.time_zone);
  const page = await call(
    api.GET('/v1/clients/{client_id}/check-ins', {
      params: {
        path: { client_id: client.id },
        query: { from: addDays(today, -DAYS), to: addDays(today, 1), limit: 100 },
      },
    }),
  );
  return page.items;
}

/** The check-ins of the last two weeks. */
export const recent = new Copy<CheckIn[]>('check_ins', fetchRecent);

listen((signal) => {
  if (signal.type !== 'sent' || signal.kind !== 'check_in') return;
  const fresh = signal.value as CheckIn;
  recent.change(session.client, (all) => [fresh, ...all.filter(({ id }) => id !== fresh.id)]);
});

export interface Answered {
  date: LocalDate;
  schedule_id: string | null;
  mood: number | null;
  craving: number | null;
  /** Only on this phone so far. */
  waiting: boolean;
}

const numberOf = (answers: unknown, item: string): number | null => {
  const value = (answers as Record<string, unknown> | null)?.[item];
  return typeof value === 'number' ? value : null;
};

const measured = (answers: unknown) => ({
  mood: numberOf(answers, 'mood'),
  craving: numberOf(answers, 'craving'),
});

/** What the person answered lately, whether or not the server knows yet. */
export function answered(zone: string): Answered[] {
  const sent = (recent.value ?? []).map((one) => ({
    date: one.local_date,
    schedule_id: one.schedule_id ?? null,
    ...measured(one.answers),
    waiting: false,
  }));
  const waiting = outbox.of('check_in').map(({ request }) => {
    const body = request.body as NewCheckIn;
    return {
      date: localDate(body.answered_at, zone),
      schedule_id: body.schedule_id ?? null,
      ...measured(body.answers),
      waiting: true,
    };
  });
  return [...waiting, ...sent];
}
