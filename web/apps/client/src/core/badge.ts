/** Takes the number off the app's icon. Not every system lets an app have one. */
export const clearBadge = (): void =>
  void (navigator as { clearAppBadge?(): Promise<void> }).clearAppBadge?.().catch(() => undefined);
