import { api } from './client.js';

// Shapes of operations that the API document does not carry yet. They leave this file one by one.

export type LifeArea = 'health' | 'home' | 'purpose' | 'community';

export interface GoalStep {
  id: string;
  title: string;
  done_at?: string | null;
  due?: string | null;
  agenda_item_id?: string | null;
}

export interface GoalTarget {
  measure: string;
  value: number;
  unit: string;
  due?: string | null;
}

export interface Goal {
  id: string;
  client_id: string;
  title: string;
  why?: string | null;
  life_area: LifeArea;
  lifecycle_status:
    'proposed' | 'accepted' | 'active' | 'on_hold' | 'completed' | 'cancelled' | 'entered_in_error';
  achievement_status?: string | null;
  target?: GoalTarget | null;
  steps: GoalStep[];
  progress: {
    value?: number | null;
    fraction?: number | null;
    last_at?: string | null;
    count: number;
  };
  created_by: 'client' | 'staff';
  open_proposal_id?: string | null;
  version: number;
  created_at: string;
}

export interface GoalProposal {
  id: string;
  goal_id: string;
  kind: 'new' | 'change';
  changes: Partial<
    Pick<Goal, 'title' | 'why' | 'life_area' | 'target' | 'steps' | 'lifecycle_status'>
  >;
  reason?: string | null;
  state: 'open' | 'accepted' | 'declined' | 'withdrawn' | 'superseded';
  proposed_by: { id: string; name: string };
  created_at: string;
  decided_at?: string | null;
}

export interface PlanSection {
  key: string;
  text: string;
  shared: boolean;
}

export interface PlanDocument {
  sections: PlanSection[];
  version: number;
  updated_at?: string | null;
}

export interface Progress {
  series: {
    measure: string;
    unit?: string | null;
    points: { date: string; value?: number | null }[];
  }[];
  days_shown_up: number;
}

export interface RecordAccess {
  at: string;
  by: { name: string; role: string };
  action: string;
  data_class: string;
  purpose?: string | null;
  break_glass?: unknown;
}

export interface CheckInSchedule {
  id: string;
  form_id: string;
  form_name: string;
  form_version_id?: string | null;
  at: string;
  state: 'active' | 'ended';
}

export interface FormVersion {
  id: string;
  form_id: string;
  ui_schema: unknown;
  scoring?: { instrument: string } | null;
}

export interface NewCheckIn {
  id: string;
  form_version_id: string;
  answers: Record<string, unknown>;
  answered_at: string;
  schedule_id?: string | null;
  language?: 'en' | 'es';
}

export interface CheckIn {
  id: string;
  form_id: string;
  schedule_id?: string | null;
  local_date: string;
  answers: unknown;
  answered_at: string;
}

interface Untyped {
  <T>(
    path: string,
    init?: {
      params?: { path?: Record<string, string>; query?: Record<string, string | number> };
      body?: unknown;
    },
  ): Promise<{ data?: T; error?: unknown; response: Response }>;
}

/** The client for those operations. */
export const soon = api as unknown as { GET: Untyped; PATCH: Untyped };
