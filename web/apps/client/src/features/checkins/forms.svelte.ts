import { api, type CheckInSchedule, type Client, type FormVersion } from '@cairn/api';
import type { FormLayout } from '@cairn/forms';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';

/** The forms that are planned for this person, with everything needed to answer them offline. */
export interface PlannedForms {
  schedules: CheckInSchedule[];
  /** By the id of the form. */
  versions: Record<string, FormVersion>;
}

async function fetchForms(client: Client): Promise<PlannedForms> {
  const { items } = await call(
    api.GET('/v1/clients/{client_id}/check-in-schedules', {
      params: { path: { client_id: client.id } },
    }),
  );
  const schedules = items.filter(({ state }) => state === 'active');
  const versions: Record<string, FormVersion> = {};
  const wanted = new Map(schedules.map((one) => [one.form_id, one.form_version_id]));
  await Promise.all(
    [...wanted].map(async ([form_id, form_version_id]) => {
      if (!form_version_id) return;
      const params = { path: { form_version_id } };
      versions[form_id] = await call(api.GET('/v1/form-versions/{form_version_id}', { params }));
    }),
  );
  return { schedules, versions };
}

export const forms = new Copy<PlannedForms>('forms', fetchForms);

export const layoutOf = (version: FormVersion): FormLayout =>
  version.ui_schema as unknown as FormLayout;

/** A few taps a day, rather than a form that takes its time. */
export const isQuick = (version: FormVersion): boolean =>
  layoutOf(version).items.some(({ type }) => type === 'faces');

const SECONDS_A_QUESTION = 8;

export const minutesFor = (version: FormVersion): number =>
  Math.max(1, Math.round((layoutOf(version).items.length * SECONDS_A_QUESTION) / 60));
