// The VM's thread: loads the real VM, gives it a `machine`, boots it like a board and serves its REPL.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Flash } from './flash.mjs';
import * as L from './layout.mjs';

const shared = L.share(workerData.buffer), { i, f } = shared;
const flash = new Flash(workerData.flash, workerData.capacity);
const TX_BUFFER = 256; // bytes, of machine.UART on rp2 by default
const EVER = Number.MAX_SAFE_INTEGER;
const txFreeUs = [0, 0], byteUs = [1e7 / 115200, 1e7 / 115200];
const timers = new Map(), sleeps = [];
let mp, runDue = null, silent = false;

const bell = () => { Atomics.add(i, L.BELL, 1); Atomics.notify(i, L.BELL); };
const tell = (event) => { parentPort.postMessage(event); bell(); };
const now = () => L.nowUs(shared);
const memory = (address, count) => mp._module.HEAPU8.subarray(address, address + count);

// ---- one byte of the module is changed: its memory is shared, so that Ctrl-C can come from outside a loop
function withSharedMemory(image) {
  const bytes = new Uint8Array(image);
  let at = 8;
  const number = () => { let value = 0, shift = 0, byte; do { byte = bytes[at++]; value |= (byte & 127) << shift; shift += 7; } while (byte & 128); return value; };
  while (at < bytes.length) {
    const section = bytes[at++], size = number(), end = at + size;
    if (section === 5) { number(); bytes[at] |= 2; return bytes; }
    at = end;
  }
  throw new Error('no memory section in the VM');
}

async function load() {
  Atomics.store(i, L.LISTENS, 0);
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = (image, imports) => instantiate(withSharedMemory(image), imports);
  const { loadMicroPython } = await import(pathToFileURL(workerData.vm + '/micropython.mjs'));
  mp = await loadMicroPython({ heapsize: workerData.heap, stdin: receive, stdout: print, stderr: print, linebuffer: false });
  WebAssembly.instantiate = instantiate;
  mp.registerJsModule('_board', natives);
  const told = { memory: mp._module.HEAPU8.buffer, ...interruptWords() };
  mp.runPython(workerData.device);
  runDue = mp.globals.get('_run_due');
  mp.runPython('del _run_due');
  tell(told);
}

// Where a keyboard interrupt is noted, and the character that asks for it: found by what changes.
function interruptWords() {
  const words = () => new Int32Array(mp._module.HEAPU8.buffer, 0, 1 << 17);
  mp._module._mp_hal_get_interrupt_char();
  const before = words().slice();
  mp._module._mp_sched_keyboard_interrupt();
  const poke = [];
  for (let k = 0; k < before.length; k++) if (words()[k] !== before[k]) poke.push([k, words()[k], before[k]]);
  for (const [k, , old] of poke) words()[k] = old;
  const seen = (value) => {
    mp.runPython(`import micropython; micropython.kbd_intr(${value}); del micropython`);
    mp.runPython('sum([n * n for n in range(9)])'); // so that nothing of it is left on the stack
    return words().slice();
  };
  const values = [1009, 2003, 1501, -1], all = values.map(seen);
  const found = [...before.keys()].filter((k) => values.every((value, n) => all[n][k] === value));
  if (poke.length !== 2 || found.length !== 1) throw new Error(`not the VM that was pinned: ${poke} ${found}`);
  const [character] = found;
  return { poke: poke.map(([k, value]) => [k, value]), character };
}

// ---- console
function print(bytes) {
  if (silent) return;
  while (L.put(i, L.OUT_HEAD, L.OUT_TAIL, shared.out, bytes) < bytes.length) { bell(); Atomics.wait(i, L.WAKE, Atomics.load(i, L.WAKE), 5); }
  bell();
}

function listen() { if (!Atomics.exchange(i, L.LISTENS, 1)) tell({ listens: true }); }

function receive() { // a blocking read of one byte; undefined after Ctrl-C
  listen();
  for (;;) {
    if (L.filled(i, L.REPL_HEAD, L.REPL_TAIL)) return L.take(i, L.REPL_HEAD, L.REPL_TAIL, shared.repl, 1)[0];
    if (wait(Math.min(EVER, dueUs()), () => L.filled(i, L.REPL_HEAD, L.REPL_TAIL) > 0)) return undefined;
    runDue();
  }
}

// ---- waiting: until a time, a wake-up that `ready` likes, or an interrupt (returns true)
function wait(untilUs, ready) {
  for (;;) {
    const wake = Atomics.load(i, L.WAKE);
    if (Atomics.exchange(i, L.INTERRUPTED, 0)) return true;
    const nowUs = now();
    if (nowUs >= untilUs || ready() || pinsSeen()) return false;
    if (Atomics.load(i, L.STEPPED)) {
      f[L.SLEEP_UNTIL_US] = untilUs;
      Atomics.store(i, L.SLEEPING, 1);
      bell();
      Atomics.wait(i, L.WAKE, wake);
      Atomics.store(i, L.SLEEPING, 0);
    } else Atomics.wait(i, L.WAKE, wake, Math.min(1e8, (untilUs - nowUs) / 1000));
  }
}

const pinsSeen = () => { for (let pin = 0; pin < L.PINS; pin++) if (Atomics.load(i, L.IRQ_SEEN + pin)) return true; return false; };
const dueUs = () => Math.min(EVER, ...[...timers.values()].map((timer) => timer.dueUs));

function reset(cause) {
  tell({ reset: cause });
  for (;;) Atomics.wait(i, L.WAKE, Atomics.load(i, L.WAKE), 1000); // until this thread is ended
}

const natives = {
  // clock
  ticks_us: () => Math.floor(now() - f[L.BOOT_US]) % 2 ** 30,
  ticks_ms: () => Math.floor((now() - f[L.BOOT_US]) / 1000) % 2 ** 30,
  uptime_s: () => Math.floor((now() - f[L.BOOT_US]) / 1e6),
  sleep_begin: (ms) => { sleeps.push(now() + ms * 1000); },
  sleep_some: () => { // true while the time is not over
    const untilUs = sleeps.at(-1);
    if (!wait(Math.min(untilUs, dueUs()), () => false) && now() < untilUs) return 1;
    sleeps.pop();
    return 0;
  },
  timer_start: (id, ms, once) => { timers.set(id, { dueUs: now() + ms * 1000, periodUs: once ? 0 : ms * 1000 }); },
  timer_stop: (id) => { timers.delete(id); },
  timer_due: () => {
    for (const [id, timer] of timers) {
      if (now() < timer.dueUs) continue;
      if (timer.periodUs) timer.dueUs = Math.max(timer.dueUs + timer.periodUs, now() - timer.periodUs);
      else timers.delete(id);
      return id;
    }
    return -1;
  },
  // pins
  pin_setup: (pin, mode, pull) => { const before = L.level(i, pin); Atomics.store(i, L.MODE + pin, mode); Atomics.store(i, L.PULL + pin, pull || workerData.pulls[pin] || 0); edge(pin, before); },
  pin_read: (pin) => L.level(i, pin),
  pin_write: (pin, value) => { const before = L.level(i, pin); Atomics.store(i, L.OUT + pin, value); edge(pin, before); },
  pin_irq: (pin, mask) => { Atomics.store(i, L.IRQ_SEEN + pin, 0); Atomics.store(i, L.IRQ_MASK + pin, mask); },
  pin_seen: () => { for (let pin = 0; pin < L.PINS; pin++) if (Atomics.exchange(i, L.IRQ_SEEN + pin, 0)) return pin; return -1; },
  adc_read: (channel) => Atomics.load(i, L.ADC + channel),
  // UARTs
  uart_setup: (port, baud, size) => { byteUs[port] = 1e7 / baud; Atomics.store(i, L.uart(port) + L.RX_SIZE, size); tell({ uart: port, baud }); },
  uart_any: (port) => L.filled(i, L.uart(port) + L.RX_HEAD, L.uart(port) + L.RX_TAIL),
  uart_read: (port, address, most) => {
    const data = L.take(i, L.uart(port) + L.RX_HEAD, L.uart(port) + L.RX_TAIL, shared.rx[port], most);
    memory(address, data.length).set(data);
    return data.length;
  },
  uart_write: (port, address, count) => {
    const data = Buffer.from(memory(address, count));
    txFreeUs[port] = Math.max(txFreeUs[port], now()) + count * byteUs[port];
    L.put(i, L.uart(port) + L.TX_HEAD, L.uart(port) + L.TX_TAIL, shared.tx[port], data);
    bell();
    const untilUs = txFreeUs[port] - TX_BUFFER * byteUs[port]; // blocks while the buffer is full
    if (now() < untilUs) wait(untilUs, () => false);
    return count;
  },
  uart_idle: (port) => (now() >= txFreeUs[port] ? 1 : 0),
  // the rest
  i2c: (address, bytes, count, reads) => { const data = Buffer.from(memory(bytes, count)); tell({ i2c: address, data: data.toString('hex'), reads }); },
  i2c_present: (address) => (workerData.i2c.includes(address) ? 1 : 0),
  watchdog: (ms) => { f[L.WATCHDOG_US] = ms ? now() + ms * 1000 : 0; bell(); },
  watchdog_runs: () => (f[L.WATCHDOG_US] > 0 ? 1 : 0),
  listens: () => listen(),
  reset, reset_cause: () => workerData.cause, serial: () => workerData.serial,
  // files
  fs_stat: (name) => flash.stat(name), fs_list: (name) => flash.list(name), fs_open: (name, mode) => flash.open(name, mode),
  fs_read: (handle, address, count) => flash.read(handle, memory(address, count)),
  fs_write: (handle, address, count) => flash.write(handle, memory(address, count)),
  fs_seek: (handle, offset, whence) => flash.seek(handle, offset, whence), fs_close: (handle) => flash.close(handle),
  fs_remove: (name) => flash.remove(name), fs_rmdir: (name) => flash.rmdir(name), fs_mkdir: (name) => flash.mkdir(name),
  fs_rename: (name, other) => flash.rename(name, other), fs_used: () => flash.used(), fs_capacity: () => flash.capacity,
};

function edge(pin, before) {
  const level = L.level(i, pin);
  if (level !== before) tell({ pin, level, t_us: Math.round(now()) });
}

// ---- start: boot.py, main.py, REPL; what a soft reset starts anew is the whole VM, as the heap is
function runFile(name) {
  if (flash.stat(name) < 0) return;
  mp.runPython(`_run_file(${JSON.stringify(name)})`);
}

async function start(raw) {
  await load();
  runFile('boot.py');
  if (!raw) runFile('main.py');
  mp.runPython('del _run_file');
}

let last = [], raw = false;
await start(false);
mp.replInit();
for (;;) {
  const byte = receive();
  if (byte === undefined) continue;
  last = [...last.slice(-2), byte];
  if (last.length === 3 && last[0] === 5 && last[1] === 65 && last[2] === 1) {
    mp.replProcessChar(3); // the port has no raw paste: the answer that says so, and mpremote does without
    print(Buffer.from('R\0'));
    last = [];
    continue;
  }
  if (byte === 1) raw = true;
  if (byte === 2) raw = false;
  if (mp.replProcessChar(byte)) {
    print(Buffer.from('MPY: soft reboot\r\n'));
    for (const id of timers.keys()) timers.delete(id);
    for (let pin = 0; pin < L.PINS; pin++) Atomics.store(i, L.IRQ_MASK + pin, 0);
    await start(raw);
    if (raw) { muted(() => mp.replInit()); mp.replProcessChar(1); } else mp.replInit();
  }
}

function muted(act) {
  silent = true;
  act();
  silent = false;
}
