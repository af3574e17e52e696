import { useCallback, useEffect, useState } from 'react';
import type { Job } from '../live/overview.ts';
import { type Settings, writeSettings } from '../live/settings.ts';
import { Charts } from './Charts.tsx';
import { Rides } from './Rides.tsx';
import { ProblemBanner, StatusPill, statusOf } from './Status.tsx';
import { applyTheme, readTheme, type Theme, THEMES } from './theme.ts';
import { Tiles } from './Tiles.tsx';
import { useLive, useNow } from './useLive.ts';

const THEME_LABELS: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

function ThemeChoice({ theme, onTheme }: { theme: Theme; onTheme: (theme: Theme) => void }) {
  return (
    <label className="choice">
      <span className="visually-hidden">Theme</span>
      <select
        value={theme}
        onChange={(event) => {
          onTheme(THEMES.find((one) => one === event.target.value) ?? 'system');
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {THEME_LABELS[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Jobs({ jobs }: { jobs: Job[] }) {
  if (jobs.length === 0) return null;
  return (
    <ul className="jobs" aria-label="Jobs">
      {jobs.map((job) => (
        <li key={job.name}>
          {job.name} <span className="none">{job.state.toLowerCase()}</span>
        </li>
      ))}
    </ul>
  );
}

export function Page({ settings }: { settings: Settings }) {
  const [live, { connection, overview }] = useLive(settings);
  const now = useNow();
  const [isPaused, setPaused] = useState(settings.paused);
  const [rangeMinutes, setRangeMinutes] = useState(settings.rangeMinutes);
  const [theme, setTheme] = useState(readTheme);

  useEffect(() => {
    const search = writeSettings(window.location.search, { rangeMinutes, paused: isPaused });
    window.history.replaceState(null, '', search);
  }, [rangeMinutes, isPaused]);

  const onPause = useCallback(() => {
    live.setPaused(!isPaused);
    setPaused(!isPaused);
  }, [live, isPaused]);

  const newest = overview.windows.at(-1);
  const status = statusOf(connection, newest === undefined ? null : now - newest.endsAt);
  const isOld = status === 'reconnecting' || status === 'paused';
  return (
    <>
      <a className="skip" href="#main">
        Skip to the numbers
      </a>
      <header className="bar">
        <h1>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path className="floe-back" d="M6 12 18 5l9 6-4 7-13 1z" />
            <path className="floe-front" d="m4 22 7-2 14-1 4 5-12 4z" />
          </svg>
          Floe
          <span className="visually-hidden">: surge pricing, live</span>
        </h1>
        <StatusPill status={status} connection={connection} now={now} />
        <div className="actions">
          {status === 'reconnecting' && (
            <button
              type="button"
              onClick={() => {
                live.refresh();
              }}
            >
              Try now
            </button>
          )}
          <button type="button" aria-pressed={isPaused} onClick={onPause}>
            {isPaused ? 'Resume' : 'Pause'}
          </button>
          <ThemeChoice
            theme={theme}
            onTheme={(chosen) => {
              applyTheme(chosen);
              setTheme(chosen);
            }}
          />
        </div>
      </header>
      <main id="main" className={isOld ? 'old' : ''} tabIndex={-1}>
        <ProblemBanner connection={connection} now={now} />
        <Tiles overview={overview} now={now} />
        <div className="columns">
          <Charts
            overview={overview}
            now={now}
            rangeMinutes={rangeMinutes}
            onRange={(minutes) => {
              setRangeMinutes(minutes);
              live.setRange(minutes);
            }}
            theme={theme}
          />
          <Rides overview={overview} now={now} />
        </div>
      </main>
      <footer className="foot">
        <span>
          Tables of {settings.catalog}.{settings.schema}, asked every {settings.intervalMs / 1000} s. Times are in{' '}
          {Intl.DateTimeFormat().resolvedOptions().timeZone}.
        </span>
        <Jobs jobs={overview.jobs} />
      </footer>
    </>
  );
}
