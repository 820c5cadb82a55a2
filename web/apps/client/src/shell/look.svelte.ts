/** How this device shows the app. Kept on the device alone; set before the first paint by `public/look.js`. */
export type Theme = 'system' | 'light' | 'dark';
export type TextSize = 'normal' | 'large' | 'larger';

interface Kept {
  theme?: Theme;
  text?: TextSize;
  /** Cover the screen when the app goes out of sight. */
  veil?: boolean;
}

declare global {
  interface Window {
    cairnLook?: Kept & { show(): void };
  }
}

const KEY = 'cairn-look';

class Look {
  theme = $state<Theme>(window.cairnLook?.theme ?? 'system');
  text = $state<TextSize>(window.cairnLook?.text ?? 'normal');
  veil = $state(window.cairnLook?.veil ?? false);

  change(kept: Kept): void {
    if (kept.theme) this.theme = kept.theme;
    if (kept.text) this.text = kept.text;
    if (kept.veil !== undefined) this.veil = kept.veil;
    const all = { theme: this.theme, text: this.text, veil: this.veil };
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // Then it holds until the app is closed.
    }
    this.show(all);
  }

  /** At sign-out: the next person starts with the device's own look. */
  forget(): void {
    localStorage.removeItem(KEY);
    this.theme = 'system';
    this.text = 'normal';
    this.veil = false;
    this.show({ theme: 'system', text: 'normal', veil: false });
  }

  private show(kept: Kept): void {
    if (!window.cairnLook) return;
    Object.assign(window.cairnLook, kept);
    window.cairnLook.show();
  }
}

export const look = new Look();
