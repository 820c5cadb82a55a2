import { api, type CarePlan, type Client } from '@cairn/api';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';

async function fetchPlans(client: Client): Promise<CarePlan[]> {
  const path = { client_id: client.id };
  const page = await call(
    api.GET('/v1/clients/{client_id}/care-plans', { params: { path, query: { limit: 20 } } }),
  );
  return page.items;
}

/** The plans that the person and the team sign. */
export const carePlans = new Copy<CarePlan[]>('care-plans', fetchPlans);

export const waitsFor = (plan: CarePlan): boolean =>
  plan.state === 'awaiting_signatures' && !plan.signatures.some(({ role }) => role === 'client');

/** What counts now, and what is to be signed; older ones are the team's to keep. */
export const current = (all: readonly CarePlan[]): CarePlan[] =>
  all.filter(({ state }) => state === 'awaiting_signatures' || state === 'in_force');

/** Signing is never kept for later: one signs what one sees, and knows that it is done. */
export async function sign(client: Client, plan: CarePlan, name: string): Promise<void> {
  const params = { path: { plan_id: plan.id } };
  const signed = await call(
    api.POST('/v1/care-plans/{plan_id}/signatures', { params, body: { name } }),
  );
  carePlans.change(client, (all) => all.map((old) => (old.id === signed.id ? signed : old)));
}
