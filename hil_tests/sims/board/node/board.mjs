// The board's outside: power, pins, clock, watchdog, wires. Speaks JSON lines with its parent on an inherited socket.
// The VM runs in a thread of its own (vm.mjs), which is ended and started anew by every hard reset.
import net from 'node:net';
import readline from 'node:readline';
import { Worker } from 'node:worker_threads';
import * as L from './layout.mjs';

const settings = JSON.parse(process.argv[2]); // {fd, vm, flash, capacity, heap, device, pulls, i2c, serial}
const CAUSES = { power: 1, watchdog: 3, reset: 3 }; // of rp2: machine.reset() goes through the watchdog too
const STUCK_MS = 5000;
const parent = new net.Socket({ fd: settings.fd });
const shared = L.share(), { i, f } = shared;
const heard = { edges: [], uart: ['', ''], resets: [] }; // since the last `advance`
const oled = new Map();
let worker = null, words = null, watching = false, resets = 0, waiting = Buffer.alloc(0), asked = null, resetting = Promise.resolve();

f[L.ZERO_US] = L.wallUs();
const say = (message) => parent.write(JSON.stringify(message) + '\n');
const wake = () => { Atomics.add(i, L.WAKE, 1); Atomics.notify(i, L.WAKE); };
const now = () => L.nowUs(shared);

// ---- power
function release() { // no pin is driven by the chip any more
  for (let pin = 0; pin < L.PINS; pin++) {
    const before = L.level(i, pin);
    Atomics.store(i, L.MODE + pin, L.INPUT);
    Atomics.store(i, L.PULL + pin, settings.pulls[pin] ?? 0);
    for (const word of [L.OUT, L.IRQ_MASK, L.IRQ_SEEN]) Atomics.store(i, word + pin, 0);
    noteEdge(pin, before);
  }
}

function boot(cause) {
  release();
  for (const word of [L.REPL_HEAD, L.REPL_TAIL, L.SLEEPING, L.INTERRUPTED, L.LISTENS]) Atomics.store(i, word, 0);
  for (const port of [0, 1]) {
    for (const word of [L.RX_HEAD, L.RX_TAIL, L.RX_SIZE]) Atomics.store(i, L.uart(port) + word, 0);
  }
  f[L.WATCHDOG_US] = 0;
  f[L.BOOT_US] = now();
  words = null;
  waiting = Buffer.alloc(0);
  worker = new Worker(new URL('./vm.mjs', import.meta.url), {
    workerData: { ...settings, buffer: shared.buffer, cause: CAUSES[cause] }, stdin: false,
  });
  const mine = worker;
  worker.on('message', (message) => { if (worker === mine) take(message); });
  worker.on('error', (error) => { say({ event: 'broken', text: String(error.stack ?? error) }); process.exit(1); });
  say({ event: 'boot', cause, t_us: Math.round(now()) });
}

async function halt() {
  const ended = worker;
  worker = words = null;
  f[L.WATCHDOG_US] = 0;
  await ended?.terminate();
  release();
}

function reset(cause) {
  if (worker === null) return resetting;
  resets += 1;
  heard.resets.push([Math.round(now()), cause]);
  resetting = halt().then(() => boot(cause));
  return resetting;
}

// ---- what the VM tells
function take(message) {
  if (message.memory) words = message;
  else if (message.listens) { say({ event: 'listens', t_us: Math.round(now()) }); type(Buffer.alloc(0)); }
  else if (message.reset) reset(message.reset);
  else if ('pin' in message) note(message);
  else if ('i2c' in message) oled.set(message.i2c, (oled.get(message.i2c) ?? '') .slice(-40000) + message.data);
}

function note({ pin, level, t_us }) {
  heard.edges.push([t_us, pin, level]);
  if (heard.edges.length > 100000) heard.edges.shift();
  if (watching) say({ event: 'pin', pin, level, t_us });
}

function noteEdge(pin, before) {
  const level = L.level(i, pin);
  if (level === before) return;
  note({ pin, level, t_us: Math.round(now()) });
  const mask = Atomics.load(i, L.IRQ_MASK + pin);
  if (mask & (level ? 2 : 1)) { Atomics.store(i, L.IRQ_SEEN + pin, 1); wake(); }
}

function drain() {
  const out = L.take(i, L.OUT_HEAD, L.OUT_TAIL, shared.out);
  if (out.length) say({ repl: out.toString('base64') });
  for (const port of [0, 1]) {
    const sent = L.take(i, L.uart(port) + L.TX_HEAD, L.uart(port) + L.TX_TAIL, shared.tx[port]);
    if (!sent.length) continue;
    heard.uart[port] = (heard.uart[port] + sent.toString('hex')).slice(-200000);
    say({ uart: port, data: sent.toString('base64') });
  }
  if (waiting.length) type(Buffer.alloc(0));
}

async function pump() {
  for (;;) {
    const seen = Atomics.load(i, L.BELL);
    drain();
    const rung = Atomics.waitAsync(i, L.BELL, seen);
    if (rung.async) await rung.value;
    else await new Promise(setImmediate);
  }
}

// ---- what comes in
function type(data) { // Ctrl-C interrupts when the VM listens for it, else it is a character
  waiting = Buffer.concat([waiting, data]);
  if (!Atomics.load(i, L.LISTENS)) return;
  while (waiting.length) {
    const view = words && new Int32Array(words.memory);
    const character = view ? view[words.character] : -1;
    const at = character >= 0 ? waiting.indexOf(character) : -1;
    if (at >= 0) {
      waiting = waiting.subarray(at + 1);
      Atomics.store(i, L.REPL_TAIL, Atomics.load(i, L.REPL_HEAD));
      for (const [word, value] of words.poke) Atomics.store(view, word, value);
      Atomics.store(i, L.INTERRUPTED, 1);
      wake();
      continue;
    }
    const count = L.put(i, L.REPL_HEAD, L.REPL_TAIL, shared.repl, waiting);
    waiting = waiting.subarray(count);
    wake();
    if (!count) return;
  }
}

function receive(port, data) {
  if (worker === null) return;
  const base = L.uart(port), size = Atomics.load(i, base + L.RX_SIZE);
  const count = L.put(i, base + L.RX_HEAD, base + L.RX_TAIL, shared.rx[port], data, size);
  Atomics.add(i, base + L.RX_LOST, data.length - count);
}

// ---- clock and watchdog
setInterval(() => { if (!Atomics.load(i, L.STEPPED)) watch(); }, 1);

function watch() {
  const dueUs = f[L.WATCHDOG_US];
  if (worker === null || dueUs === 0 || now() < dueUs) return Promise.resolve();
  f[L.WATCHDOG_US] = 0;
  return reset('watchdog');
}

async function sleeps() { // until the VM waits for time to pass; false if it does not
  const giveUpMs = Date.now() + STUCK_MS;
  while (worker !== null && !Atomics.load(i, L.SLEEPING)) {
    if (Date.now() > giveUpMs) return false;
    const seen = Atomics.load(i, L.BELL);
    if (Atomics.load(i, L.SLEEPING)) break;
    const rung = Atomics.waitAsync(i, L.BELL, seen, 20);
    if (rung.async) await rung.value;
    else await new Promise(setImmediate);
  }
  return true;
}

async function advance(ms) {
  const endUs = f[L.VIRTUAL_US] + ms * 1000;
  for (;;) {
    await resetting;
    if (!(await sleeps())) throw new Error(`the board's program has not waited for ${STUCK_MS} ms of real time`);
    await new Promise(setImmediate);
    if (worker === null) await resetting;
    if (worker !== null && !Atomics.load(i, L.SLEEPING)) continue;
    drain();
    const dueUs = worker === null ? Infinity : f[L.SLEEP_UNTIL_US];
    const watchdogUs = f[L.WATCHDOG_US] || Infinity;
    f[L.VIRTUAL_US] = Math.max(f[L.VIRTUAL_US], Math.min(endUs, dueUs, watchdogUs));
    if (f[L.VIRTUAL_US] >= watchdogUs && watchdogUs <= dueUs) { await watch(); continue; }
    if (f[L.VIRTUAL_US] < dueUs) break;
    Atomics.store(i, L.SLEEPING, 0);
    wake();
  }
  const said = { now_ms: f[L.VIRTUAL_US] / 1000, edges: heard.edges, uart: heard.uart, resets: heard.resets };
  heard.edges = []; heard.uart = ['', '']; heard.resets = [];
  return said;
}

// ---- the control socket's commands: docs/board-sim.md
const pins = (word) => Array.from({ length: L.PINS }, (_, pin) => (word === null ? L.level(i, pin) : Atomics.load(i, word + pin)));

function drive(pin, level) {
  const before = L.level(i, pin);
  Atomics.store(i, L.EXTERN + pin, level ?? -1);
  noteEdge(pin, before);
}

const COMMANDS = {
  get: () => ({
    levels: pins(null), modes: pins(L.MODE), powered: worker !== null, resets,
    now_ms: now() / 1000, watchdog_runs: f[L.WATCHDOG_US] > 0,
    lost: [0, 1].map((port) => Atomics.load(i, L.uart(port) + L.RX_LOST)),
  }),
  pin: ({ pin, level }) => { drive(pin, level); return {}; },
  pulse: ({ pin, level }) => { drive(pin, level); drive(pin, 1 - level); return { t_us: Math.round(now()) }; },
  adc: ({ channel, raw }) => { Atomics.store(i, L.ADC + channel, raw); return {}; },
  uart: ({ port, data }) => { receive(port, Buffer.from(data, 'hex')); wake(); return {}; },
  clock: ({ stepped }) => {
    const at = now();
    if (stepped) { f[L.VIRTUAL_US] = at; Atomics.store(i, L.STEPPED, 1); }
    else { f[L.ZERO_US] = L.wallUs() - at; Atomics.store(i, L.STEPPED, 0); }
    heard.edges = []; heard.uart = ['', '']; heard.resets = [];
    wake();
    return {};
  },
  advance: ({ ms }) => advance(ms),
  power: async ({ on }) => {
    if (!on) await halt();
    else if (worker === null) boot('power');
    return {};
  },
  watch: ({ on }) => { watching = on; return {}; },
  i2c: ({ address }) => ({ data: oled.get(address) ?? '' }),
};

async function obey(message) {
  const act = Object.hasOwn(COMMANDS, message.do ?? '') ? COMMANDS[message.do] : null;
  try {
    if (act === null) throw new Error(`no command ${message.do}: one of ${Object.keys(COMMANDS).join(', ')}`);
    say({ id: message.id, from: message.from, ...(await act(message)) });
  } catch (error) { say({ id: message.id, from: message.from, error: error.message }); }
}

readline.createInterface({ input: parent }).on('line', (line) => {
  const message = JSON.parse(line);
  if ('repl' in message) type(Buffer.from(message.repl, 'base64'));
  else if ('data' in message && !('do' in message)) receive(message.uart, Buffer.from(message.data, 'base64')), wake();
  else asked = (asked ?? Promise.resolve()).then(() => obey(message));
});
parent.on('close', () => process.exit(0));

for (let pin = 0; pin < L.PINS; pin++) Atomics.store(i, L.EXTERN + pin, settings.outside[pin] ?? -1);
for (const [channel, raw] of Object.entries(settings.adc)) Atomics.store(i, L.ADC + Number(channel), raw);
boot('power');
pump();
