/** Chromium's own install prompt, kept until the person asks for it. */
interface InstallPrompt extends Event {
  prompt(): Promise<void>;
}

class Install {
  private event = $state.raw<InstallPrompt | null>(null);

  constructor() {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.event = event as InstallPrompt;
    });
    addEventListener('appinstalled', () => (this.event = null));
  }

  get possible(): boolean {
    return this.event !== null;
  }

  async prompt(): Promise<void> {
    const event = this.event;
    this.event = null;
    await event?.prompt();
  }
}

export const install = new Install();
