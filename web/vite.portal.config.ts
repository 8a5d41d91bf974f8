import { defineConfig } from 'vite';

// The public pages: files that any web server may serve under any path, so every address in them is relative.
// The portal process reads dist-portal/.vite/manifest.json and copies what is built here into the public folder.
const pages = ['index', 'watch', 'archive', 'meeting', 'not_found'];

export default defineConfig({
  base: './',
  build: {
    outDir: 'dist-portal',
    assetsDir: '',
    emptyOutDir: true,
    manifest: true,
    target: ['es2020', 'chrome87', 'safari14'],
    cssTarget: 'chrome87',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // hls.js alone is 590 kB; only the two pages with a player load it.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, `src/portal/${page}.ts`])),
    },
  },
});
