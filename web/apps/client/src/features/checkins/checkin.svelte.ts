import type { Client, FormVersion, NewCheckIn } from '@cairn/api';
import type { Answers, FormItem, Value } from '@cairn/forms';
import { screens, toSend } from '@cairn/forms/ask';
import { currentLocale } from '@cairn/i18n';
import { dropDraft, saveDraft } from '../../core/drafts';
import { net } from '../../core/net.svelte';
import { outbox, type DeedResult } from '../../core/outbox.svelte';
import { draftKey, readKept, takeBegun, type Kept } from './begin';
import { layoutOf } from './forms.svelte';

/** One form being answered: every change is kept on the phone, so a reload resumes on the same screen. */
export class Answering {
  answers = $state<Answers>({});
  step = $state(0);
  /** Drafts cannot be kept: the phone is full or forbids it. */
  unkept = $state(false);
  ready = $state(false);
  private id = crypto.randomUUID() as string;
  private readonly key: string;

  constructor(
    readonly client: Client,
    readonly schedule_id: string,
    readonly version: FormVersion,
  ) {
    this.key = draftKey(schedule_id, version.id);
  }

  async open(): Promise<void> {
    const kept =
      takeBegun(this.key) ?? (await readKept(this.client, this.schedule_id, this.version));
    if (kept) {
      this.id = kept.id;
      this.answers = kept.answers;
      this.step = Math.min(kept.step, this.screens.length - 1);
    }
    this.ready = true;
  }

  get screens(): FormItem[][] {
    return screens(layoutOf(this.version), this.answers);
  }

  get items(): FormItem[] {
    return this.screens[this.step] ?? [];
  }

  get last(): boolean {
    return this.step >= this.screens.length - 1;
  }

  answer(item: FormItem, value: Value | undefined): void {
    // Nothing chosen and nothing typed is the same as never asked.
    this.answers[item.id] = value ?? '';
    this.keep();
  }

  go(step: number): void {
    this.step = Math.max(0, Math.min(step, this.screens.length - 1));
    this.keep();
  }

  private keep(): void {
    const kept: Kept = { id: this.id, answers: $state.snapshot(this.answers), step: this.step };
    void saveDraft(this.key, this.client.id, kept).then((done) => (this.unkept = !done));
  }

  async send(): Promise<DeedResult> {
    const body: NewCheckIn = {
      id: this.id,
      form_version_id: this.version.id,
      schedule_id: this.schedule_id,
      answers: toSend(layoutOf(this.version), $state.snapshot(this.answers)),
      answered_at: net.now().toISOString(),
      language: currentLocale(),
    };
    const request = {
      method: 'POST' as const,
      path: `/v1/clients/${this.client.id}/check-ins`,
      body,
    };
    const result = await outbox.do({ kind: 'check_in', subject: this.id, request }, this.client.id);
    // Whatever the outbox holds is safe there; else the draft is all there is.
    if (result !== 'lost' && result !== 'ended') await dropDraft(this.key);
    return result;
  }
}

/** An answer after which help is offered at once, without asking anyone. */
export function isAlarm(version: FormVersion, item: FormItem, value: Value | undefined): boolean {
  if (item.id === 'safe') return value === false;
  // The ninth question of the PHQ-9 asks about thoughts of death or self-harm.
  const asked = version.scoring?.instrument === 'phq9' && item.id === 'q9';
  return asked && typeof value === 'number' && value > 0;
}
