import { m, type LocalDate } from '@cairn/i18n';

const WORDS = [
  m.cheer_1,
  m.cheer_2,
  m.cheer_3,
  m.cheer_4,
  m.cheer_5,
  m.cheer_6,
  m.cheer_7,
  m.cheer_8,
  m.cheer_9,
  m.cheer_10,
  m.cheer_11,
  m.cheer_12,
] as const;

/** A kind word that stays the same for a day, so that it never looks thrown by dice. */
export function encouragement(date: LocalDate): string {
  const day = Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
  return (WORDS[day % WORDS.length] ?? m.cheer_1)();
}
