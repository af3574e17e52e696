// The board of rides: a ride keeps its place while its state changes, and leaves some time after it
// has ended, when a newer one takes the place.

export interface Ride {
  rideId: string;
  status: string;
  updatedAt: number;
}

export interface BoardRide extends Ride {
  /** When the page saw the ride come to this state; 0 for what the first answer brought. */
  changedAt: number;
}

const ENDED = new Set(['COMPLETED', 'CANCELLED']);

export function hasEnded(ride: Ride): boolean {
  return ENDED.has(ride.status);
}

function merged(current: BoardRide, news: Ride | undefined, now: number): BoardRide {
  if (news === undefined || news.updatedAt < current.updatedAt) return current;
  return { ...news, changedAt: news.status === current.status ? current.changedAt : now };
}

/**
 * The board after an answer that came at `now`. `rides` are newest states in any order, each ride at
 * most once. `places` is the board's size; an ended ride stays for `lingerMs`.
 */
export function updateBoard(
  board: readonly BoardRide[],
  rides: readonly Ride[],
  now: number,
  places: number,
  lingerMs: number,
): BoardRide[] {
  const news = new Map(rides.map((ride) => [ride.rideId, ride]));
  const next = board.map((ride) => merged(ride, news.get(ride.rideId), now));
  for (const ride of next) news.delete(ride.rideId);
  // Those that go on are worth a place more than those that have ended; then the newest.
  const waiting = [...news.values()].sort(
    (a, b) => Number(hasEnded(a)) - Number(hasEnded(b)) || b.updatedAt - a.updatedAt,
  );
  for (const [place, ride] of next.entries()) {
    const candidate = waiting[0];
    if (candidate === undefined || hasEnded(candidate)) break;
    if (hasEnded(ride) && now - ride.changedAt >= lingerMs) {
      next[place] = { ...candidate, changedAt: now };
      waiting.shift();
    }
  }
  const added = waiting.slice(0, Math.max(0, places - next.length));
  const changedAt = board.length === 0 ? 0 : now;
  return [...next, ...added.map((ride) => ({ ...ride, changedAt }))];
}
