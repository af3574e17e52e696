// A picture of the page: `npm run picture -- FILE [URL]`. Without a URL of the example's job, over
// a city that has gone on for an hour.
import { chromium } from '@playwright/test';
import { browserOptions } from '../page/browser.ts';
import { Floe } from './floe.ts';

const RANGE_MINUTES = 30;

async function takePicture(url: string, file: string): Promise<void> {
  const browser = await chromium.launch(browserOptions);
  try {
    const page = await browser.newPage({ viewport: { width: 1240, height: 800 }, deviceScaleFactor: 1.4 });
    await page.goto(`${url}/?range=${RANGE_MINUTES}`);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor({ timeout: 90_000 });
    // Rides in all states, and one that has just changed: the page lights it up for a moment.
    for (const state of ['requested', 'accepted', 'completed']) {
      await page.locator(`.state-${state}`).first().waitFor({ timeout: 90_000 });
    }
    await page.locator('.ride.fresh').first().waitFor({ timeout: 30_000 });
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}

const [file = 'page.png', url] = process.argv.slice(2);
if (url !== undefined) {
  await takePicture(url.replace(/\/$/, ''), file);
} else {
  const floe = await Floe.demo();
  try {
    await floe.start();
    // The city begins with all its drivers free: the first half hour shows that more than anything.
    await floe.liveCity(2 * RANGE_MINUTES);
    await takePicture(floe.url, file);
  } finally {
    await floe.remove();
  }
}
console.log(`written: ${file}`);
