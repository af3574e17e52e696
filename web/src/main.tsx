import './page/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readConfig, readSettings } from './live/settings.ts';
import { Page } from './page/Page.tsx';
import { applyTheme, readTheme } from './page/theme.ts';

async function fetchConfig(): Promise<unknown> {
  try {
    const response = await fetch('./config.json', { cache: 'no-store' });
    return response.ok ? await response.json() : null;
  } catch {
    // The page starts all the same; the usual names are right for most.
    return null;
  }
}

applyTheme(readTheme());
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root"');
const settings = readSettings(window.location.search, readConfig(await fetchConfig()));
createRoot(root).render(
  <StrictMode>
    <Page settings={settings} />
  </StrictMode>,
);
