import type { NewResponse, Occurrence, ResponseKind } from '@cairn/api';
import { m } from '@cairn/i18n';
import type { Waiting } from '../../core/db';

type Kind = Occurrence['kind'];

/** Somewhere to be with others, rather than something to do. */
export const isVisit = (kind: Kind): boolean => kind === 'appointment' || kind === 'meeting';

export const kindName = (kind: Kind | 'check_in'): string =>
  ({
    appointment: m.kind_appointment,
    meeting: m.kind_meeting,
    routine: m.kind_routine,
    milestone: m.kind_milestone,
    to_do: m.kind_to_do,
    check_in: m.kind_check_in,
  })[kind]();

/** The button's words. */
export function answerLabel(response: ResponseKind, kind: Kind): string {
  switch (response) {
    case 'confirmed':
      return isVisit(kind) ? m.answer_going() : m.answer_will_do();
    case 'declined':
      return isVisit(kind) ? m.answer_not_going() : m.answer_not_this_time();
    case 'done':
      return m.answer_done();
    case 'snoozed':
      return m.answer_later();
    case 'help':
      return m.answer_help();
  }
}

/** The same answer, said back. */
export function saidLabel(response: ResponseKind, kind: Kind): string {
  switch (response) {
    case 'confirmed':
      return isVisit(kind) ? m.said_going() : m.said_will_do();
    case 'declined':
      return isVisit(kind) ? m.said_not_going() : m.said_not_this_time();
    case 'done':
      return m.said_done();
    case 'snoozed':
      return m.said_later();
    case 'help':
      return m.said_help();
  }
}

/** The two that fit on a card or on a notification. */
export const quickAnswers = (kind: Kind): [ResponseKind, ResponseKind] =>
  isVisit(kind) ? ['confirmed', 'help'] : ['done', 'snoozed'];

export const QUICK_SNOOZE_MINUTES = 30;

export interface Shown {
  response: ResponseKind;
  snoozed_until: number | null;
  /** What the person added in words. */
  note: string | null;
  /** `waiting`: only on this phone so far. `refused`: the server will not take it. */
  state: 'saved' | 'waiting' | 'refused';
}

/** What the person said last, whether or not the server knows yet. */
export function shownAnswer(item: Occurrence, pending: Waiting | undefined): Shown | null {
  if (pending) {
    const { response, snooze_minutes, note } = pending.request.body as NewResponse;
    const until = snooze_minutes == null ? null : pending.created_at + snooze_minutes * 60_000;
    return {
      response,
      snoozed_until: until,
      note: note ?? null,
      state: pending.refused ? 'refused' : 'waiting',
    };
  }
  if (!item.response) return null;
  const until = item.response.snoozed_until;
  return {
    response: item.response.response,
    snoozed_until: until ? Date.parse(until) : null,
    note: item.response.note ?? null,
    state: 'saved',
  };
}
