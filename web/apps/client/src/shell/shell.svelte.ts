/** Small things the frame of the app shares with its screens. */
class Shell {
  /** Read out by screen readers and shown for a few seconds. */
  toast = $state('');
  /** False on the first screen: only later screens take the focus to their heading. */
  navigated = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    clearTimeout(this.timer);
    // Cleared first, so that the same words twice are announced twice.
    this.toast = '';
    queueMicrotask(() => (this.toast = text));
    this.timer = setTimeout(() => (this.toast = ''), 8_000);
  }

  hush(): void {
    clearTimeout(this.timer);
    this.toast = '';
  }
}

export const shell = new Shell();
