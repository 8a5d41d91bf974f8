import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// One bundle a place in the room. The server reads dist/.vite/manifest.json to learn which files a page needs.
const places = ['delegate', 'chair', 'clerk', 'count', 'hall', 'technician', 'offline', 'worker', 'demo'];

export default defineConfig({
  base: '/assets/',
  plugins: [svelte()],
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
