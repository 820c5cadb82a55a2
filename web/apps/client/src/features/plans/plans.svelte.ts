import {
  api,
  tagOf,
  type Client,
  type PlanDocument,
  type PlanKind,
  type PlanSection,
} from '@cairn/api';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import type { Waiting } from '../../core/db';
import { call } from '../../core/net.svelte';
import type { Deed } from '../../core/db';
import { outbox, type DeedResult } from '../../core/outbox.svelte';
import { session } from '../identity/session.svelte';
import { together } from './together';

/** A copy of the plan that is still the newest is not sent again. */
const fetchPlan = (kind: PlanKind) => async (client: Client, known: PlanDocument | null) => {
  const header = known ? { 'If-None-Match': tagOf(known.version) } : undefined;
  const params = { path: { client_id: client.id, kind }, header };
  const fresh = await call<PlanDocument | undefined>(
    api.GET('/v1/clients/{client_id}/plans/{kind}', { params }),
  );
  if (fresh ?? known) return (fresh ?? known) as PlanDocument;
  throw new Error('no plan');
};

export const plans: Record<PlanKind, Copy<PlanDocument>> = {
  wellness: new Copy('plan-wellness', fetchPlan('wellness')),
  safety: new Copy('plan-safety', fetchPlan('safety')),
};

const plain = (sections: readonly PlanSection[]): PlanSection[] =>
  sections.map(({ key, text, shared }) => ({ key, text, shared: shared ?? false }));

const written = (one: Waiting): PlanSection[] =>
  (one.request.body as { sections: PlanSection[] }).sections;

listen((signal) => {
  if (signal.type === 'sent' && signal.kind === 'plan') {
    plans[signal.subject as PlanKind].change(session.client, () => signal.value as PlanDocument);
  }
  if (signal.type === 'outbox') void bringTogether();
});

/** The plan as the person last wrote it, whether or not the server knows yet. */
export function sectionsOf(kind: PlanKind): PlanSection[] | null {
  const waiting = outbox.last('plan', kind);
  if (waiting) return written(waiting);
  const { value } = plans[kind];
  return value && plain(value.sections);
}

/** The plan goes as a whole, and only in place of the version that it was made from. */
function planDeed(client: Client, kind: PlanKind, sections: PlanSection[]): Deed {
  const known = plans[kind].value;
  return {
    kind: 'plan',
    subject: kind,
    request: {
      method: 'PUT',
      path: `/v1/clients/${client.id}/plans/${kind}`,
      body: { sections },
      ...(known ? { if_version: known.version } : {}),
    },
    base: known ? plain(known.sections) : [],
  };
}

export async function saveSection(kind: PlanKind, section: PlanSection): Promise<DeedResult> {
  const { client } = session;
  const before = sectionsOf(kind);
  if (!client || !before) return 'lost';
  const known = before.some(({ key }) => key === section.key);
  const all = known
    ? before.map((old) => (old.key === section.key ? section : old))
    : [...before, section];
  const result = await outbox.do(planDeed(client, kind, all), client.id);
  if (result !== 'refused') return result;
  return (await bringTogether()) ?? result;
}

let joining: Promise<DeedResult | null> | null = null;

/** The plan was changed on another phone meanwhile: what was written here goes into the newer one. */
export function bringTogether(): Promise<DeedResult | null> {
  joining ??= join().finally(() => (joining = null));
  return joining;
}

async function join(): Promise<DeedResult | null> {
  await outbox.reload();
  const { client } = session;
  const changed = (one: Waiting) => one.kind === 'plan' && one.refused === 'version_changed';
  const late = outbox.all.find((one) => changed(one) && one.owner === client?.id);
  if (!client || !late) return null;
  const kind = late.subject as PlanKind;
  await plans[kind].load(client);
  const now = plans[kind].value;
  if (!now || !plans[kind].fresh) return null;
  const sections = together(plain(now.sections), written(late), late.base as PlanSection[]);
  return outbox.do(planDeed(client, kind, sections), client.id);
}
