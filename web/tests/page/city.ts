// A small city on a clock that the test moves: what the three tables and the engine's two say then.

const WINDOW_STEP_MS = 10_000;

interface CityRide {
  rideId: string;
  status: 'REQUESTED' | 'ACCEPTED' | 'COMPLETED' | 'CANCELLED';
  updatedAt: number;
}

interface CityWindow {
  windowEnd: number;
  demand: number;
  supply: number;
  surge: number;
}

export class City {
  readonly windows: CityWindow[] = [];
  readonly rides: CityRide[] = [];
  watermark: number | null = null;
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  addWindow(demand: number, supply: number): CityWindow {
    const last = this.windows.at(-1)?.windowEnd ?? Math.floor(this.#now / WINDOW_STEP_MS) * WINDOW_STEP_MS;
    const surge = Math.min(3, Math.max(1, (25 * demand) / Math.max(1, supply)));
    const window = { windowEnd: last + WINDOW_STEP_MS, demand, supply, surge };
    this.windows.push(window);
    this.#now = Math.max(this.#now, window.windowEnd);
    return window;
  }

  /** A new ride, or an existing one in a new state, at the city's time. */
  setRide(rideId: string, status: CityRide['status']): void {
    this.#now += 1;
    const ride = this.rides.find((one) => one.rideId === rideId);
    if (ride === undefined) this.rides.push({ rideId, status, updatedAt: this.#now });
    else Object.assign(ride, { status, updatedAt: this.#now });
  }

  /** Half an hour of windows that rise and fall, and rides in every state. */
  static lively(now: number): City {
    const city = new City(now - 30 * 60_000);
    for (let i = 0; i < 180; ++i) {
      const swell = Math.sin(i / 14) + 0.4 * Math.sin(i / 5);
      city.addWindow(Math.round(62 + 18 * swell), Math.round(820 - 160 * swell));
    }
    for (let i = 0; i < 24; ++i) city.step(i);
    city.watermark = city.now - 7_000;
    return city;
  }

  /** One second of the lively city. */
  step(second: number): void {
    const name = (number: number): string => `ride-${String(number).padStart(6, '0')}`;
    this.#now += 1_000;
    this.setRide(name(second), 'REQUESTED');
    if (second >= 4) this.setRide(name(second - 4), second % 9 === 0 ? 'CANCELLED' : 'ACCEPTED');
    const ending = this.rides.find((ride) => ride.rideId === name(second - 20));
    if (ending?.status === 'ACCEPTED') this.setRide(ending.rideId, 'COMPLETED');
    this.watermark = this.#now - 7_000;
  }
}
