import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

import { compressed } from './vite.compressed.ts';
import { words } from './vite.words.ts';

// One bundle a place in the room. The server reads dist/.vite/manifest.json to learn which files a page needs.
const places = ['delegate', 'chair', 'clerk', 'count', 'hall', 'technician', 'offline', 'worker', 'demo'];

/**
 * Svelte keeps a component's second and later selectors to itself with `:where(.svelte-…)`. Chrome 87 does not know
 * `:where` and throws the whole rule away, so they get the plain class instead.
 */
const plainScopes: Plugin = {
  name: 'plain-scopes',
  transform(code, id) {
    return id.includes('type=style') ? { code: code.replace(/:where\((\.svelte-[\w-]+)\)/g, '$1'), map: null } : null;
  },
};

export default defineConfig({
  base: '/assets/',
  plugins: [svelte(), plainScopes, words(), compressed()],
  build: {
    outDir: 'dist',
    // The folder is served as /assets/ already; a second "assets" inside it would only lengthen each address.
    assetsDir: '',
    emptyOutDir: true,
    manifest: true,
    // The Android tablets of a council are not new; Chrome 87 is the oldest that we promise.
    target: ['es2020', 'chrome87'],
    cssTarget: 'chrome87',
    // Every page is served with script-src 'self' and style-src 'self': nothing inline, nothing as a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(places.map((place) => [place, `src/${place}/main.ts`])),
    },
  },
});
