import { defineConfig } from '@playwright/test';
import { browserOptions } from './tests/page/browser.ts';

export default defineConfig({
  testDir: 'tests/page',
  outputDir: 'test-results',
  reporter: 'list',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { launchOptions: browserOptions, timezoneId: 'UTC', trace: 'retain-on-failure' },
});
