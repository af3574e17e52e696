import type { Overview } from '../live/overview.ts';
import type { BoardRide } from '../live/rides.ts';
import { formatAge } from '../time/age.ts';

const FRESH_MS = 3_000;

const STEPS = ['REQUESTED', 'ACCEPTED', 'COMPLETED'];

function StateMark({ status }: { status: string }) {
  const reached = STEPS.indexOf(status);
  return (
    <span className={`state state-${status.toLowerCase()}`}>
      <span className="steps" aria-hidden="true">
        {STEPS.map((step, i) => (
          <i key={step} className={i <= reached ? 'done' : ''} />
        ))}
      </span>
      {status.toLowerCase()}
    </span>
  );
}

function RideRow({ ride, now }: { ride: BoardRide; now: number }) {
  const isFresh = now - ride.changedAt < FRESH_MS;
  return (
    <li className={isFresh ? 'ride fresh' : 'ride'} data-ride={ride.rideId}>
      <span className="ride-id" title={ride.rideId}>
        {ride.rideId}
      </span>
      <StateMark status={ride.status} />
      <span className="ride-age">{formatAge(now - ride.updatedAt)}</span>
    </li>
  );
}

export function Rides({ overview, now }: { overview: Overview; now: number }) {
  const panel = overview.panels.rides;
  return (
    <section className="card" aria-labelledby="rides-title">
      <header className="card-head">
        <h2 id="rides-title">Rides</h2>
        <p>A ride keeps its place until it has ended; then a newer one takes it.</p>
      </header>
      {panel.problem !== null && <p className="problem">{panel.problem}</p>}
      {overview.rides.length === 0 && panel.problem === null && (
        <p className="none">{panel.state === 'loading' ? 'Loading …' : 'No ride yet.'}</p>
      )}
      <ul className="rides">
        {overview.rides.map((ride) => (
          <RideRow key={ride.rideId} ride={ride} now={now} />
        ))}
      </ul>
    </section>
  );
}
