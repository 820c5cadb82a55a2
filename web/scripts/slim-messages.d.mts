import type { Plugin } from 'vite';

export function slimMessages(): Plugin;
