import type { NewResponse, Occurrence } from '@cairn/api';
import { m } from '@cairn/i18n';
import { outbox } from '../../core/outbox.svelte';
import { shell } from '../../shell/shell.svelte';
import { session } from '../identity/session.svelte';

/** Answers for the person who is signed in and tells them, truthfully, how far it got. */
export async function giveAnswer(item: Occurrence, body: NewResponse): Promise<void> {
  const { client } = session;
  if (!client) return;
  const result = await outbox.answer(item, body, client.id);
  if (result === 'saved') shell.say(m.answer_saved());
  else if (result === 'already') shell.say(m.answer_already());
  else if (result === 'queued') shell.say(m.answer_queued());
  else if (result === 'refused') shell.say(m.answer_refused());
}
