import type { Plugin } from 'vite';

export function noCustomElements(): Plugin;
