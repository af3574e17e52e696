import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds the query endpoint: Floe's, or any Trino's.
const server = process.env['FLOE_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // Relative addresses: the built page works below any path of the query port.
  base: './',
  plugins: [react()],
  build: {
    // Each byte is served from the program's own memory; nothing is inlined, so that the
    // content security policy needs no exceptions.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    // Statements only: config.json comes from public/, since a Trino has none.
    proxy: { '/v1': { target: server, changeOrigin: true } },
  },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    environment: 'node',
  },
});
