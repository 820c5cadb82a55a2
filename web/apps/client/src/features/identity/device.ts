import { m } from '@cairn/i18n';
import { isAndroid, isIos, isIpad } from '../../core/platform';

/** A neutral first guess, for the person to change. */
export function deviceName(): string {
  if (isIpad()) return m.device_ipad();
  if (isIos()) return m.device_iphone();
  if (isAndroid())
    return /Mobile/.test(navigator.userAgent)
      ? m.device_android_phone()
      : m.device_android_tablet();
  if (/Windows/.test(navigator.userAgent)) return m.device_windows();
  if (/Macintosh/.test(navigator.userAgent)) return m.device_mac();
  if (/Linux/.test(navigator.userAgent)) return m.device_linux();
  return m.device_other();
}
