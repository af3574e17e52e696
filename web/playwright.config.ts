import { defineConfig } from '@playwright/test';
import { browserOptions } from './tests/page/browser.ts';

export default defineConfig({
  // Those of tests/live start the program, and are there only when FLOE_BIN_DIR says where it is.
  projects: [
    { name: 'page', testDir: 'tests/page' },
    ...(process.env['FLOE_BIN_DIR'] === undefined ? [] : [{ name: 'live', testDir: 'tests/live', timeout: 120_000 }]),
  ],
  outputDir: 'test-results',
  reporter: 'list',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { launchOptions: browserOptions, timezoneId: 'UTC', trace: 'retain-on-failure' },
});
