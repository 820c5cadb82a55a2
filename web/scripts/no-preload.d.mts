import type { Plugin } from 'vite';

export function noPreload(): Plugin;
