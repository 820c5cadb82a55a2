import { m } from '@cairn/i18n';

const agent = () => navigator.userAgent;

/** iPadOS calls itself a Mac; its touch screen gives it away. */
const isIpad = () =>
  /iPad/.test(agent()) || (/Macintosh/.test(agent()) && navigator.maxTouchPoints > 1);

export const isIos = (): boolean => /iPhone|iPod/.test(agent()) || isIpad();

export const isAndroid = (): boolean => /Android/.test(agent());

/** Opened from the Home Screen rather than in a browser tab. */
export const isInstalled = (): boolean =>
  (navigator as { standalone?: boolean }).standalone === true ||
  matchMedia('(display-mode: standalone)').matches;

/** On iOS the installed app has its own storage and is the only one that may show reminders. */
export const needsInstall = (): boolean => isIos() && !isInstalled();

/** A neutral first guess, for the person to change. */
export function deviceName(): string {
  if (isIpad()) return m.device_ipad();
  if (isIos()) return m.device_iphone();
  if (isAndroid())
    return /Mobile/.test(agent()) ? m.device_android_phone() : m.device_android_tablet();
  if (/Windows/.test(agent())) return m.device_windows();
  if (/Macintosh/.test(agent())) return m.device_mac();
  if (/Linux/.test(agent())) return m.device_linux();
  return m.device_other();
}

export async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration('/app/');
}
