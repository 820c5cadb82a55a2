import { soon, type Client, type PlanDocument, type PlanSection } from '@cairn/api';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { outbox, type DeedResult } from '../../core/outbox.svelte';
import { session } from '../identity/session.svelte';

export type PlanKind = 'wellness' | 'safety';

const fetchPlan = (kind: PlanKind) => (client: Client) => {
  const params = { path: { client_id: client.id } };
  return kind === 'wellness'
    ? call<PlanDocument>(
        soon.GET<PlanDocument>('/v1/clients/{client_id}/plans/wellness', { params }),
      )
    : call<PlanDocument>(
        soon.GET<PlanDocument>('/v1/clients/{client_id}/plans/safety', { params }),
      );
};

export const plans: Record<PlanKind, Copy<PlanDocument>> = {
  wellness: new Copy('plan-wellness', fetchPlan('wellness')),
  safety: new Copy('plan-safety', fetchPlan('safety')),
};

listen((signal) => {
  if (signal.type !== 'sent' || signal.kind !== 'plan') return;
  plans[signal.subject as PlanKind].change(session.client, () => signal.value as PlanDocument);
});

/** The plan as the person last wrote it, whether or not the server knows yet. */
export function sectionsOf(kind: PlanKind): PlanSection[] | null {
  const waiting = outbox.last('plan', kind);
  if (waiting && !waiting.refused) {
    return (waiting.request.body as { sections: PlanSection[] }).sections;
  }
  return plans[kind].value?.sections ?? null;
}

/** Saves one section; the plan goes as a whole. */
export async function saveSection(kind: PlanKind, section: PlanSection): Promise<DeedResult> {
  const { client } = session;
  const before = sectionsOf(kind);
  if (!client || !before) return 'lost';
  const known = before.some(({ key }) => key === section.key);
  const all = known
    ? before.map((old) => (old.key === section.key ? section : old))
    : [...before, section];
  const request = {
    method: 'PUT' as const,
    path: `/v1/clients/${client.id}/plans/${kind}`,
    body: { sections: all.map(({ key, text, shared }) => ({ key, text, shared })) },
  };
  return outbox.do({ kind: 'plan', subject: kind, request }, client.id);
}
