import type { Locale } from './locales.js';
import { speakAs } from './pick.js';

const state = $state<{ locale: Locale }>({ locale: 'en' });

// Messages read the locale when they are called, so a template that shows one is updated by itself.
speakAs(() => state.locale);

export const currentLocale = (): Locale => state.locale;

/** Switches all texts at once and tells assistive technology through `<html lang>`. */
export function useLocale(locale: Locale): void {
  state.locale = locale;
  document.documentElement.lang = locale;
}

/** The first of the browser's languages that the app speaks. */
export function browserLocale(languages: readonly string[]): Locale {
  for (const tag of languages) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'en' || language === 'es') return language;
  }
  return 'en';
}
