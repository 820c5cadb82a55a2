/** The two languages of the app. */
export type Locale = 'en' | 'es';
