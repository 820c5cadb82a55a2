import type { PlanKind } from '@cairn/api';
import { m } from '@cairn/i18n';

interface SectionWords {
  key: string;
  title: () => string;
  hint: () => string;
}

/** What each part of a plan is for, in the order in which it is read. */
export const SECTIONS: Record<PlanKind, SectionWords[]> = {
  safety: [
    { key: 'warning_signs', title: m.safety_signs, hint: m.safety_signs_hint },
    { key: 'coping', title: m.safety_coping, hint: m.safety_coping_hint },
    { key: 'people_and_places', title: m.safety_places, hint: m.safety_places_hint },
    { key: 'people_to_ask', title: m.safety_people, hint: m.safety_people_hint },
    { key: 'professionals', title: m.safety_pros, hint: m.safety_pros_hint },
    { key: 'safer_surroundings', title: m.safety_home, hint: m.safety_home_hint },
    { key: 'reasons', title: m.safety_reasons, hint: m.safety_reasons_hint },
  ],
  wellness: [
    { key: 'toolbox', title: m.well_toolbox, hint: m.well_toolbox_hint },
    { key: 'daily', title: m.well_daily, hint: m.well_daily_hint },
    { key: 'triggers', title: m.well_triggers, hint: m.well_triggers_hint },
    { key: 'early_signs', title: m.well_early, hint: m.well_early_hint },
    { key: 'breaking_down', title: m.well_breaking, hint: m.well_breaking_hint },
    { key: 'crisis', title: m.well_crisis, hint: m.well_crisis_hint },
    { key: 'after_crisis', title: m.well_after, hint: m.well_after_hint },
  ],
};
