import type { NewResponse, Occurrence } from '@cairn/api';
import { m } from '@cairn/i18n';
import type { DeedResult } from '../../core/outbox.svelte';
import { outbox } from '../../core/outbox.svelte';
import { answerDeed } from '../../core/outbox';
import { shell } from '../../shell/shell.svelte';
import { session } from '../identity/session.svelte';

/** Says truthfully how far something got; `saved` is said in the words of the caller. */
export function sayHowFar(result: DeedResult, saved: string): void {
  if (result === 'saved') shell.say(saved);
  else if (result === 'already') shell.say(m.answer_already());
  else if (result === 'queued') shell.say(m.answer_queued());
  else if (result === 'refused') shell.say(m.answer_refused());
  else if (result === 'lost') shell.say(m.storage_full_lost());
}

/** Answers for the person who is signed in. */
export async function giveAnswer(item: Occurrence, body: NewResponse): Promise<void> {
  const { client } = session;
  if (!client) return;
  const repeated =
    item.response?.response === body.response && body.response !== 'snoozed' && !body.note;
  if (repeated && !outbox.last('answer', item.occurrence_id)) {
    shell.say(m.answer_already());
    return;
  }
  sayHowFar(await outbox.do(answerDeed(item.occurrence_id, body), client.id), m.answer_saved());
}
