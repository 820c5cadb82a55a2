import type { components } from './schema.js';

export { api, clockSkew, sendRequest, type Request } from './client.js';
export * from './coming.js';

type Schemas = components['schemas'];
export type Client = Schemas['ClientOut'];
export type ClientChanges = Schemas['ClientPatchIn'];
export type NotificationDetail = Schemas['NotificationDetail'];
export type Occurrence = Schemas['OccurrenceOut'] & {
  /** Of the kind `check_in`: which schedule it belongs to. */
  check_in_schedule_id?: string | null;
};
export type ResponseKind = Schemas['Response'];
export type NewResponse = Schemas['ResponseIn'];
export type NewReceipt = Schemas['ReceiptIn'];
export type NewPushSubscription = Schemas['SubscriptionIn'];
export type AgendaItem = Schemas['ItemOut'];
export type NewAgendaItem = Schemas['NewItemIn'];
export type Problem = Schemas['ProblemBody'];

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.code ?? `status ${status}`);
  }

  /** The first field error's code, else the problem's own code. */
  get code(): string {
    return this.problem.errors?.[0]?.code ?? this.problem.code ?? '';
  }
}

/** No usable answer: no network, a time-out, or a server in trouble (5xx). Nothing is known of the effect. */
export class Unreachable extends Error {}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Turns the three ways a call can end into a value, `Refused` or `Unreachable`. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw new Unreachable('no answer', { cause });
  }
  const { response, data, error } = answer;
  if (response.ok) return data as T;
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
  const problem = typeof error === 'object' && error !== null ? (error as Partial<Problem>) : {};
  const retryAfter = Number(response.headers.get('Retry-After'));
  throw new Refused(
    response.status,
    problem,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  );
}
