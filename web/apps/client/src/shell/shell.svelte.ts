interface Toast {
  text: string;
  undo: (() => void) | null;
}

const SHOWN_MS = 8_000;

/** Small things the frame of the app shares with its screens. */
class Shell {
  /** Read out by screen readers and shown for a few seconds. */
  toast = $state.raw<Toast | null>(null);
  /** False on the first screen: only later screens take the focus to their heading. */
  navigated = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string, undo: (() => void) | null = null): void {
    // Cleared first, so that the same words twice are announced twice.
    this.hush();
    queueMicrotask(() => (this.toast = { text, undo }));
    this.goOn();
  }

  /** Someone is on it with finger, pointer or focus: it stays. */
  hold(): void {
    clearTimeout(this.timer);
  }

  goOn(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.toast = null), SHOWN_MS);
  }

  hush(): void {
    clearTimeout(this.timer);
    this.toast = null;
  }
}

export const shell = new Shell();
