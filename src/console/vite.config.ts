import path from 'node:path';
import { defineConfig } from 'vite';

/** Builds the console into dist/console. With `npm run dev` it is served here and asks the API on port 4000. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: path.join(import.meta.dirname, '..', '..', 'dist', 'console'),
    emptyOutDir: true,
    sourcemap: false,
    chunkSizeWarningLimit: 1_000,
    // A data: address in a style sheet would need an exception in the content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      onwarn: (warning, warn) => {
        // Mantine marks its files for React Server Components, which the console does not use.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      '/graphql': { target: 'http://127.0.0.1:4000', ws: true },
      '/demo-session': { target: 'http://127.0.0.1:4000' },
      '/export': { target: 'http://127.0.0.1:4000' },
    },
  },
});
