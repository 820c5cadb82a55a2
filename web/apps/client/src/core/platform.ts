const agent = () => navigator.userAgent;

/** iPadOS calls itself a Mac; its touch screen gives it away. */
export const isIpad = () =>
  /iPad/.test(agent()) || (/Macintosh/.test(agent()) && navigator.maxTouchPoints > 1);

export const isIos = (): boolean => /iPhone|iPod/.test(agent()) || isIpad();

export const isAndroid = (): boolean => /Android/.test(agent());

/** Opened from the Home Screen rather than in a browser tab. */
export const isInstalled = (): boolean =>
  (navigator as { standalone?: boolean }).standalone === true ||
  matchMedia('(display-mode: standalone)').matches;

/** On iOS the installed app has its own storage and is the only one that may show reminders. */
export const needsInstall = (): boolean => isIos() && !isInstalled();

export async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration('/app/');
}
