// What the two threads share: the VM's thread may be busy for ever, so nothing here waits for an event loop.
export const PINS = 30;
export const [BELL, WAKE, SLEEPING, STEPPED, INTERRUPTED, REPL_HEAD, REPL_TAIL, OUT_HEAD, OUT_TAIL, LISTENS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
export const uart = (port) => 10 + 10 * port; // words of one UART, below
export const [RX_HEAD, RX_TAIL, RX_SIZE, RX_LOST, TX_HEAD, TX_TAIL] = [0, 1, 2, 3, 4, 5];
export const [MODE, OUT, EXTERN, PULL, IRQ_MASK, IRQ_SEEN, ADC] = [32, 64, 96, 128, 160, 192, 224];
export const [VIRTUAL_US, SLEEP_UNTIL_US, WATCHDOG_US, BOOT_US, ZERO_US] = [0, 1, 2, 3, 4]; // of the doubles
export const [INPUT, OUTPUT, OPEN_DRAIN] = [0, 1, 2];
export const RING = 1 << 16;
export const RINGS = { repl: 0, out: 1, rx: [2, 3], tx: [4, 5] };

export function share(buffer = null) {
  const shared = buffer ?? new SharedArrayBuffer(2048 + 6 * RING);
  const ring = (index) => new Uint8Array(shared, 2048 + index * RING, RING);
  return {
    buffer: shared,
    i: new Int32Array(shared, 0, 256),
    f: new Float64Array(shared, 1024, 16),
    repl: ring(RINGS.repl), out: ring(RINGS.out),
    rx: RINGS.rx.map(ring), tx: RINGS.tx.map(ring),
  };
}

// One writer, one reader; returns how many bytes of `data` fitted.
export function put(i, head, tail, bytes, data, size = RING - 1) {
  let at = Atomics.load(i, head);
  const room = size - ((at - Atomics.load(i, tail)) & (RING - 1));
  const count = Math.max(0, Math.min(room, data.length));
  for (let k = 0; k < count; k++) { bytes[at] = data[k]; at = (at + 1) & (RING - 1); }
  Atomics.store(i, head, at);
  return count;
}

export function take(i, head, tail, bytes, most = RING) {
  let at = Atomics.load(i, tail);
  const count = Math.min(most, (Atomics.load(i, head) - at) & (RING - 1));
  const data = Buffer.alloc(count);
  for (let k = 0; k < count; k++) { data[k] = bytes[at]; at = (at + 1) & (RING - 1); }
  Atomics.store(i, tail, at);
  return data;
}

export const filled = (i, head, tail) => (Atomics.load(i, head) - Atomics.load(i, tail)) & (RING - 1);

// Microseconds since the simulator started: the machine's clock, or the one that only `advance` moves.
export const wallUs = () => Number(process.hrtime.bigint() / 1000n);
export const nowUs = ({ i, f }) => (Atomics.load(i, STEPPED) ? f[VIRTUAL_US] : wallUs() - f[ZERO_US]);

// What a pin's wire carries: its driver, else what stands outside, else a pull.
export function level(i, pin) {
  const mode = Atomics.load(i, MODE + pin), out = Atomics.load(i, OUT + pin);
  if (mode === OUTPUT || (mode === OPEN_DRAIN && out === 0)) return out;
  const outside = Atomics.load(i, EXTERN + pin);
  if (outside >= 0) return outside;
  return Atomics.load(i, PULL + pin) === 2 ? 0 : Atomics.load(i, PULL + pin);
}
