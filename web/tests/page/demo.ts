// The page over a made-up city in real time, without Floe: `npm run build && npm run demo`.
import { City } from './city.ts';
import { ScriptedServer } from './scripted_server.ts';

const server = new ScriptedServer(City.lively(Date.now()));
await server.start(Number(process.env['PORT'] ?? 8090));
console.log(`The page is on ${server.url}`);
let second = 24;
setInterval(() => {
  server.city.step(second);
  if (second % 10 === 0) {
    server.city.addWindow(50 + Math.round(30 * Math.random()), 700 + Math.round(200 * Math.random()));
  }
  second += 1;
}, 1_000);
