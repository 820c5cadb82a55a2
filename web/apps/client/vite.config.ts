import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { noCustomElements } from '../../scripts/no-custom-elements.mjs';
import { noPreload } from '../../scripts/no-preload.mjs';
import { slimMessages } from '../../scripts/slim-messages.mjs';

export default defineConfig(({ mode }) => ({
  base: '/app/',
  plugins: [
    slimMessages(),
    svelte(),
    noCustomElements(),
    noPreload(),
    mode === 'test' ? svelteTesting() : null,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/worker',
      filename: 'sw.ts',
      injectRegister: null,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,png,webmanifest}'],
        // Shown by the system before or outside the app, never by a page that is offline.
        globIgnores: [
          'icons/icon-512.png',
          'icons/maskable-512.png',
          'icons/apple-touch-180.png',
          'screenshots/*.png',
          // A check of the router for developers, which the app never loads.
          'assets/validate-routes-*.js',
        ],
        sourcemap: false,
        buildPlugins: { vite: [slimMessages()] },
      },
    }),
  ],
  build: {
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // Old phones stay on the last browser that their system takes.
    target: ['chrome107', 'firefox115', 'safari16.4'],
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash:6].js',
        chunkFileNames: 'assets/[name]-[hash:6].js',
        assetFileNames: 'assets/[name]-[hash:6][extname]',
        codeSplitting: {
          // The first screen, what several later screens share, and each later screen: no crumbs between.
          groups: [
            { name: 'first', tags: ['$initial'], priority: 4 },
            { name: 'rows', test: /AgendaRow|StepRow/, minShareCount: 2, priority: 3 },
            { name: 'goals', test: /features\/goals\//, minShareCount: 2, priority: 2 },
            { name: 'plans', test: /features\/plans\//, minShareCount: 2, priority: 2 },
            { name: 'shared', minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', '../../packages/*/src/**/*.test.ts'],
    setupFiles: ['./src/test-setup.ts'],
    restoreMocks: true,
  },
}));
