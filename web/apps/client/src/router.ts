import { createRouter } from 'sv-router';
import Today from './features/today/Today.svelte';
import Help from './features/help/Help.svelte';
import SignedIn from './features/identity/SignedIn.svelte';

/** Addresses of this app. The first keeps its slash: the worker covers `/app/`, not `/app`. */
export const links = {
  home: '/app/',
  help: '/app/help',
  agenda: '/app/agenda',
  newItem: '/app/agenda/new',
  goals: '/app/goals',
  newGoal: '/app/goals/new',
  forms: '/app/forms',
  carePlan: '/app/care-plan',
  me: '/app/me',
  notes: '/app/notes',
  plan: '/app/plan',
  safety: '/app/plan/safety',
  privacy: '/app/privacy',
  progress: '/app/progress',
  settings: '/app/settings',
  waiting: '/app/waiting',
  checkIn: (schedule_id: string) => `/app/check-in/${encodeURIComponent(schedule_id)}`,
  goal: (goal_id: string) => `/app/goals/${encodeURIComponent(goal_id)}`,
  note: (note_id: string) => `/app/notes/${encodeURIComponent(note_id)}`,
  item: (occurrence_id: string) => `/app/item/${encodeURIComponent(occurrence_id)}`,
};

/** The router takes a component for a lazy one when an import stands in its source; bound, it shows no source. */
const eager = <T extends (...all: never[]) => unknown>(component: T): T =>
  component.bind(null) as T;

const Item = () => import('./features/agenda/Item.svelte');

// The only file that knows the router. Help is part of the first download, so that it is there even
// when the connection goes right after; a path in brackets has no sign-in around it.
export const { navigate, route } = createRouter({
  '/': eager(Today),
  '/r/:deliveryId': Item,
  '/item/:occurrenceId': Item,
  '/agenda': () => import('./features/agenda/Agenda.svelte'),
  '/agenda/new': () => import('./features/agenda/NewItem.svelte'),
  '/check-in/:scheduleId': () => import('./features/checkins/CheckIn.svelte'),
  '/care-plan': () => import('./features/care/CarePlan.svelte'),
  '/forms': () => import('./features/checkins/Forms.svelte'),
  '/goals': () => import('./features/goals/Goals.svelte'),
  '/goals/new': () => import('./features/goals/NewGoal.svelte'),
  '/goals/:goalId': () => import('./features/goals/GoalPage.svelte'),
  '/me': () => import('./features/me/Me.svelte'),
  '/notes': () => import('./features/notes/Notes.svelte'),
  '/notes/:noteId': () => import('./features/notes/NotePage.svelte'),
  '/plan': () => import('./features/plans/WellnessPlan.svelte'),
  '/plan/safety': () => import('./features/plans/SafetyPlan.svelte'),
  '/privacy': () => import('./features/settings/Privacy.svelte'),
  '/progress': () => import('./features/progress/ProgressPage.svelte'),
  '/settings': () => import('./features/settings/Settings.svelte'),
  '/waiting': () => import('./features/waiting/WaitingPage.svelte'),
  '/(help)': eager(Help),
  layout: eager(SignedIn),
  '*': () => import('./shell/NotFound.svelte'),
  hooks: {
    afterLoad() {
      if (location.pathname === '/app') history.replaceState(history.state, '', links.home);
    },
  },
});

/** Opens a path of this app that came from outside, such as a notification. */
export async function openPath(path: string): Promise<void> {
  const { pathname } = new URL(path, location.origin);
  const deliveryId = /^\/app\/r\/([^/]+)$/.exec(pathname)?.[1];
  if (deliveryId) await navigate('/r/:deliveryId', { params: { deliveryId } });
  else await navigate('/');
}
