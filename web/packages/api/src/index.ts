import type { components } from './schema.js';

export { api, clockSkew, sendRequest, tagOf, type Request } from './client.js';

type Schemas = components['schemas'];
export type Client = Schemas['ClientOut'];
export type ClientChanges = Schemas['ClientPatchIn'];
export type NotificationDetail = Schemas['NotificationDetail'];
export type Occurrence = Schemas['OccurrenceOut'];
export type ResponseKind = Schemas['Response'];
export type NewResponse = Schemas['ResponseIn'];
export type NewReceipt = Schemas['ReceiptIn'];
export type NewPushSubscription = Schemas['SubscriptionIn'];
export type AgendaItem = Schemas['ItemOut'];
export type NewAgendaItem = Schemas['NewItemIn'];
export type LifeArea = Schemas['LifeArea'];
export type Goal = Schemas['GoalOut'];
export type GoalStep = Schemas['StepOut'];
export type GoalTarget = Schemas['TargetWire'];
export type GoalProposal = Schemas['ProposalOut'];
export type NewGoal = Schemas['NewGoalIn'];
export type GoalChanges = Schemas['GoalPatchIn'];
export type NewGoalProgress = Schemas['ProgressIn'];
export type HelpRequest = Schemas['HelpRequestOut'];
export type NewHelpRequest = Schemas['HelpRequestIn'];
export type CrisisResources = Schemas['CrisisResourcesOut'];
export type CarePlan = Schemas['CarePlanOut'];
export type PlanKind = Schemas['DocumentKind'];
export type PlanDocument = Schemas['PlanDocumentOut'];
export type NewPlanDocument = Schemas['PlanDocumentIn'];
export type PlanSection = Schemas['SectionIn'];
export type Progress = Schemas['ProgressOut'];
export type GoalProgress = Schemas['GoalProgressOut'];
export type RecordAccess = Schemas['RecordAccessOut'];
export type CheckInSchedule = Schemas['CheckInScheduleOut'];
export type FormVersion = Schemas['FormVersionOut'];
export type CheckIn = Schemas['CheckInOut'];
/** A check-in as the server took it in: says where to turn to when the answers, or words in them, call for somebody now. */
export type RecordedCheckIn = Schemas['RecordedCheckInOut'];
export type NewCheckIn = Schemas['NewCheckInIn'];
export type Note = Schemas['NoteOut'];
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

/** Turns the three ways a call can end into a value, `Refused` or `Unreachable`. A copy that is still good (304) has none. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw new Unreachable('no answer', { cause });
  }
  const { response, data, error } = answer;
  if (response.ok || response.status === 304) return data as T;
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
  const problem = typeof error === 'object' && error !== null ? (error as Partial<Problem>) : {};
  const retryAfter = Number(response.headers.get('Retry-After'));
  throw new Refused(
    response.status,
    problem,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  );
}
