import { api, type Client, type Goal, type GoalProposal, type GoalStep } from '@cairn/api';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { outbox } from '../../core/outbox.svelte';
import type { Deed } from '../../core/db';
import { session } from '../identity/session.svelte';

const PAGE = 100;

export const goals = new Copy<Goal[]>('goals', async (client: Client) => {
  const path = { client_id: client.id };
  const page = await call(
    api.GET('/v1/clients/{client_id}/goals', {
      params: { path, query: { limit: PAGE } },
    }),
  );
  return page.items;
});

/** What the team suggests and the person has not decided yet. */
export const proposals = new Copy<GoalProposal[]>('proposals', async (client: Client) => {
  const path = { client_id: client.id };
  const page = await call(
    api.GET('/v1/clients/{client_id}/goal-proposals', {
      params: { path, query: { state: 'open' } },
    }),
  );
  return page.items;
});

listen((signal) => {
  if (signal.type !== 'sent') return;
  if (signal.kind === 'step') put(signal.value as Goal);
  if (['goal', 'progress', 'decision'].includes(signal.kind)) void refresh();
});

export function put(fresh: Goal): void {
  goals.change(session.client, (all) =>
    all.some(({ id }) => id === fresh.id)
      ? all.map((old) => (old.id === fresh.id ? fresh : old))
      : [...all, fresh],
  );
}

export async function refresh(): Promise<void> {
  const { client } = session;
  if (client) await Promise.all([goals.load(client), proposals.load(client)]);
}

const stepSubject = (goal_id: string, step_id: string) => `${goal_id}/${step_id}`;

export const stepDeed = (goal_id: string, step_id: string, done: boolean): Deed => ({
  kind: 'step',
  subject: stepSubject(goal_id, step_id),
  request: {
    method: 'POST',
    path: `/v1/goals/${goal_id}/steps/${step_id}/done`,
    body: { done },
  },
});

/** Done as far as this person is concerned, though the server may not know yet. */
export function isDone(goal: Goal, step: GoalStep): boolean {
  const waiting = outbox.last('step', stepSubject(goal.id, step.id));
  if (waiting && !waiting.refused) return (waiting.request.body as { done: boolean }).done;
  return step.done_at != null;
}

export const doneCount = (goal: Goal): number =>
  goal.steps.filter((step) => isDone(goal, step)).length;

export const isOpen = (goal: Goal): boolean =>
  goal.lifecycle_status === 'active' || goal.lifecycle_status === 'accepted';

/** The step to take next: of the goal that was begun last and is not finished. */
export function nextStep(): { goal: Goal; step: GoalStep; done: number } | null {
  for (const goal of goals.value ?? []) {
    if (!isOpen(goal)) continue;
    const step = goal.steps.find((one) => !isDone(goal, one));
    if (step) return { goal, step, done: doneCount(goal) };
  }
  return null;
}
