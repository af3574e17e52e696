// A picture of the page: `npm run picture -- [URL [FILE]]`.
import { chromium } from '@playwright/test';
import { browserOptions } from './browser.ts';

const [url = 'http://127.0.0.1:8080/', file = 'page.png'] = process.argv.slice(2);
const browser = await chromium.launch(browserOptions);
const page = await browser.newPage({ viewport: { width: 1240, height: 860 }, deviceScaleFactor: 2 });
await page.goto(url);
await page.getByRole('status').filter({ hasText: /Live|Stale/ }).waitFor();
await page.locator('.ride').first().waitFor();
await page.screenshot({ path: file });
await browser.close();
console.log(`written: ${file}`);
