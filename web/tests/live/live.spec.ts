// The page as the program serves it, over real tables that grow while the test looks.
import { expect, type Page, test } from '@playwright/test';
import { Floe } from './floe.ts';

const FIRST_WINDOW_MS = 40_000;
let floe: Floe;
const problems: string[] = [];

function tile(page: Page, name: string) {
  return page.getByTestId(`tile-${name}`).locator('.tile-value');
}

async function newestWindow(page: Page): Promise<string> {
  return (await page.getByTestId('readout').textContent()) ?? '';
}

async function open(page: Page, query = 'interval=250'): Promise<void> {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${floe.url}/?${query}`);
  await expect(page.getByRole('status')).toHaveText('Live', { timeout: FIRST_WINDOW_MS });
  await expect(tile(page, 'surge')).toHaveText(/^\d\.\d\d×$/, { timeout: FIRST_WINDOW_MS });
}

test.beforeAll(async () => {
  floe = await Floe.quick();
  await floe.start();
});
test.afterAll(() => floe.remove());
test.beforeEach(() => {
  problems.length = 0;
});

test('is served by the program under its policy', async ({ page, request }) => {
  const answer = await request.get(floe.url);
  expect(answer.headers()['content-security-policy']).toContain("default-src 'none'");
  const again = await request.get(floe.url, { headers: { 'If-None-Match': answer.headers()['etag'] ?? '' } });
  expect(again.status()).toBe(304);
  const config: unknown = await (await request.get(`${floe.url}/config.json`)).json();
  expect(config).toEqual({ catalog: 'iceberg', schema: 'ride_hailing' });
  await open(page);
  // The policy would be broken with an error on the console.
  expect(problems).toEqual([]);
});

test('numbers change live, and none is a dash', async ({ page }) => {
  await open(page);
  const before = await newestWindow(page);
  await expect(page.getByTestId('readout')).not.toHaveText(before);
  for (const name of ['surge', 'demand', 'supply', 'match-rate', 'drivers', 'data-age', 'watermark']) {
    await expect(tile(page, name)).toHaveText(/\d/);
  }
  await expect(page.getByRole('list', { name: 'Jobs' })).toContainText('ride-hailing running');
});

test('a ride changes its state where it stands', async ({ page }) => {
  await open(page);
  const requested = page.locator('.ride', { has: page.locator('.state-requested') }).first();
  const id = await requested.getAttribute('data-ride');
  const ride = page.locator(`.ride[data-ride="${id ?? ''}"]`);
  const place = () => ride.evaluate((one) => [...(one.parentElement?.children ?? [])].indexOf(one));
  const at = await place();
  await expect(ride.locator('.state')).toHaveText(/accepted|completed|cancelled/, { timeout: 30_000 });
  expect(await place()).toBe(at);
});

test('pause stops the questions and keeps what is seen; resume goes on', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('status')).toHaveText('Paused');
  const before = await newestWindow(page);
  let requests = 0;
  page.on('request', () => (requests += 1));
  await expect(page.locator('.status-detail')).toHaveText(/answered [3-9] s ago/);
  expect(requests).toBe(0);
  expect(await newestWindow(page)).toBe(before);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByTestId('readout')).not.toHaveText(before);
});

test('a killed Floe: the numbers stay with their age, and go on when it is back', async ({ page }) => {
  await open(page);
  await floe.kill();
  await expect(page.getByRole('status')).toHaveText('Reconnecting');
  await expect(page.getByTestId('problem')).toContainText(/as of .* ago/);
  const before = await newestWindow(page);
  await expect(tile(page, 'surge')).toHaveText(/\d/);

  await floe.start();
  await expect(page.getByRole('status')).toHaveText('Live', { timeout: 30_000 });
  await expect(page.getByTestId('readout')).not.toHaveText(before, { timeout: FIRST_WINDOW_MS });
  await expect(page.getByTestId('problem')).toBeHidden();
});

test('all of it by keyboard, in the dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await open(page);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(12, 21, 25)');
  await page.keyboard.press('Tab');
  await expect(page.getByText('Skip to the numbers')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('status')).toHaveText('Paused');
  await page.getByTestId('plot-surge').focus();
  const newest = await newestWindow(page);
  await page.keyboard.press('Home');
  await expect(page.getByTestId('readout')).toHaveText(/^at /);
  expect(await newestWindow(page)).not.toBe(newest);
  expect(problems).toEqual([]);
});
