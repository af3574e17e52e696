import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { City } from './city.ts';
import { ScriptedServer } from './scripted_server.ts';

const POLL = 'interval=250';
let server: ScriptedServer;

async function open(page: Page, city: City, query = POLL): Promise<void> {
  server = new ScriptedServer(city);
  await server.start();
  await page.goto(`${server.url}/?${query}`);
}

function tile(page: Page, name: string) {
  return page.getByTestId(`tile-${name}`).locator('.tile-value');
}

test.afterEach(() => server.kill());

test('numbers change live', async ({ page }) => {
  const city = new City(Date.now() - 20_000);
  city.addWindow(40, 500);
  await open(page, city);
  await expect(tile(page, 'surge')).toHaveText('2.00×');
  await expect(tile(page, 'demand')).toHaveText('40rides');
  await expect(page.getByRole('status')).toHaveText('Live');

  city.addWindow(30, 600);
  await expect(tile(page, 'surge')).toHaveText('1.25×');
  await expect(tile(page, 'supply')).toHaveText('600free drivers');
  await expect(page.getByTestId('tile-surge')).toContainText('0.75 down');
});

test('a ride changes its state where it stands', async ({ page }) => {
  const city = new City(Date.now() - 20_000);
  city.addWindow(3, 500);
  for (const id of ['a', 'b', 'c']) city.setRide(id, 'REQUESTED');
  await open(page, city);
  const rides = page.locator('.ride');
  await expect(rides).toHaveCount(3);
  const order = await rides.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['ride']));

  city.setRide('b', 'ACCEPTED');
  city.setRide('d', 'REQUESTED');
  await expect(page.locator('.ride[data-ride=b] .state')).toHaveText('accepted');
  await expect(rides).toHaveCount(4);
  await expect(tile(page, 'drivers')).toHaveText('501');
  const after = await rides.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['ride']));
  expect(after).toEqual([...order, 'd']);
  city.setRide('c', 'CANCELLED');
  city.setRide('b', 'COMPLETED');
  await expect(tile(page, 'match-rate')).toHaveText('50.0%');
  await expect(tile(page, 'drivers')).toHaveText('500');
});

test('pause keeps what is seen and asks nothing; resume catches up at once', async ({ page }) => {
  const city = new City(Date.now());
  city.addWindow(40, 500);
  await open(page, city);
  await expect(tile(page, 'demand')).toHaveText('40rides');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('status')).toHaveText('Paused');
  expect(new URL(page.url()).searchParams.get('paused')).toBe('1');

  let requests = 0;
  page.on('request', () => (requests += 1));
  city.addWindow(41, 500);
  // Several intervals long, seen on the page's own clock of ages.
  await expect(page.locator('.status-detail')).toHaveText(/answered [2-9] s ago/);
  expect(requests).toBe(0);
  await expect(tile(page, 'demand')).toHaveText('40rides');

  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(tile(page, 'demand')).toHaveText('41rides');
  await expect(page.getByRole('status')).toHaveText('Live');
});

test('a killed server: the numbers stay with their age, and go on when it is back', async ({ page }) => {
  const city = new City(Date.now());
  city.addWindow(40, 500);
  await open(page, city);
  await expect(tile(page, 'demand')).toHaveText('40rides');

  await server.kill();
  await expect(page.getByRole('status')).toHaveText('Reconnecting');
  await expect(page.getByTestId('problem')).toContainText('as of');
  await expect(page.getByTestId('problem')).toContainText(/[1-9]\d* s ago/);
  await expect(tile(page, 'demand')).toHaveText('40rides');

  city.addWindow(47, 500);
  await server.start();
  await expect(page.getByRole('status')).toHaveText('Live');
  await expect(tile(page, 'demand')).toHaveText('47rides');
  await expect(page.getByTestId('problem')).toBeHidden();
});

test('polls do not overlap, and a statement under way is cancelled by pause', async ({ page }) => {
  const city = City.lively(Date.now());
  await open(page, city);
  await expect(page.getByRole('status')).toHaveText('Live');
  server.stalls = true;
  const before = server.cancelled.length;
  await expect.poll(() => server.mostOpen).toBeGreaterThan(2);
  // One poll has at most six statements open: two of the engine, the windows, three of the rides.
  expect(server.mostOpen).toBeLessThanOrEqual(6);
  const asked = page.waitForRequest((request) => request.url().includes('/queued/') && request.url().endsWith('/2'));
  await asked;
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(() => server.cancelled.length).toBeGreaterThan(before);
});

test('a server that lacks tables: each panel says so, the others go on', async ({ page }) => {
  const city = new City(Date.now());
  city.addWindow(40, 500);
  await open(page, city, `${POLL}&schema=nowhere`);
  await expect(page.getByTestId('tile-surge')).toContainText('does not exist');
  await expect(page.getByRole('status')).toHaveText('Live');
  await page.goto(`${server.url}/?${POLL}`);
  await expect(tile(page, 'surge')).toHaveText('2.00×');
  await expect(page.getByTestId('tile-watermark')).toContainText('reports no watermarks');
});

test('the crosshair is one for both charts, by mouse and by keys', async ({ page }) => {
  const now = Date.now();
  await open(page, City.lively(now));
  await expect(tile(page, 'watermark')).toHaveText(/s$/);
  const surge = page.getByTestId('plot-surge');
  await expect(surge.locator('canvas')).toBeVisible();
  const ink = await surge.locator('canvas').evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    return Array.from(pixels).filter((value, i) => i % 4 === 3 && value > 0).length;
  });
  expect(ink).toBeGreaterThan(1_000);

  const box = await surge.boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 60);
  await expect(page.getByTestId('readout')).toContainText(/^at /);
  await expect(page.getByTestId('plot-demand').locator('.u-cursor-x')).not.toHaveClass(/u-off/);
  const middle = await page.getByTestId('readout').textContent();
  await surge.press('ArrowLeft');
  await expect(page.getByTestId('readout')).not.toHaveText(middle ?? '');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`accessible at every width, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, City.lively(Date.now()));
    await expect(page.locator('.ride')).toHaveCount(24);
    await page.getByText('windows as a table').click();
    await expect(page.locator('tbody tr')).toHaveCount(30);
    for (const width of [1240, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    }
  });
}

test('the theme can be chosen against the system', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, City.lively(Date.now()));
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await ground()).toBe('rgb(244, 247, 248)');
  await page.getByLabel('Theme').selectOption('dark');
  expect(await ground()).toBe('rgb(12, 21, 25)');
  await page.reload();
  expect(await ground()).toBe('rgb(12, 21, 25)');
});
