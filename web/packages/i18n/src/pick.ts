import type { Locale } from './locales.js';

type Message<Inputs> = (inputs: Inputs) => string;

let current: () => Locale = () => 'en';

/** How a message without a language of its own finds out which one is spoken. */
export function speakAs(locale: () => Locale): void {
  current = locale;
}

/** One message in its two languages. */
export const pick =
  <Inputs>(en: Message<Inputs>, es: Message<Inputs>) =>
  (inputs: Inputs = {} as Inputs, options: { locale?: Locale } = {}): string =>
    ((options.locale ?? current()) === 'es' ? es : en)(inputs);
