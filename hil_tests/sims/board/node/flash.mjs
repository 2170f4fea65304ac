// The board's file system: a folder of this machine. Errors come back as -errno, with MicroPython's numbers.
import fs from 'node:fs';
import path from 'node:path';

const ERRNO = { ENOENT: 2, EIO: 5, EBADF: 9, EACCES: 13, EEXIST: 17, ENOTDIR: 20, EISDIR: 21, EINVAL: 22, ENOSPC: 28, ENOTEMPTY: 39 };
const FLAGS = { r: 'r', 'r+': 'r+', w: 'w', 'w+': 'w+', a: 'a', 'a+': 'a+', x: 'wx', 'x+': 'wx+' };

export class Flash {
  constructor(root, capacity) {
    this.root = path.resolve(root);
    this.capacity = capacity;
    this.files = new Map();
    this.next = 1;
  }

  place(name) { return path.join(this.root, path.posix.normalize('/' + name)); } // '..' ends at the root

  guard(act) {
    try { return act(); } catch (error) {
      if (error.code === undefined) throw error;
      return -(ERRNO[error.code] ?? ERRNO.EIO);
    }
  }

  used(folder = this.root) {
    let total = 0;
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const inner = path.join(folder, entry.name);
      total += entry.isDirectory() ? 8192 + this.used(inner) : Math.ceil(fs.statSync(inner).size / 4096) * 4096;
    }
    return total;
  }

  // Twice the size, and one more for a folder.
  stat(name) { return this.guard(() => { const s = fs.statSync(this.place(name)); return s.isDirectory() ? 1 : 2 * s.size; }); }

  list(name) {
    const found = this.guard(() => fs.readdirSync(this.place(name), { withFileTypes: true }));
    if (typeof found === 'number') return found;
    return JSON.stringify(found.map((entry) => [entry.name, this.stat(name + '/' + entry.name)]));
  }

  open(name, mode) {
    return this.guard(() => {
      const place = this.place(name);
      if (fs.existsSync(place) && fs.statSync(place).isDirectory()) return -ERRNO.EISDIR;
      const fd = fs.openSync(place, FLAGS[mode] ?? 'r');
      this.files.set(this.next, { fd, at: mode.startsWith('a') ? fs.fstatSync(fd).size : 0 });
      return this.next++;
    });
  }

  read(handle, bytes) {
    const file = this.files.get(handle);
    if (file === undefined) return -ERRNO.EBADF;
    return this.guard(() => {
      const copy = Buffer.alloc(bytes.length);
      const count = fs.readSync(file.fd, copy, 0, bytes.length, file.at);
      bytes.set(copy.subarray(0, count));
      file.at += count;
      return count;
    });
  }

  write(handle, bytes) {
    const file = this.files.get(handle);
    if (file === undefined) return -ERRNO.EBADF;
    return this.guard(() => {
      const grows = file.at + bytes.length > fs.fstatSync(file.fd).size;
      if (grows && this.used() + bytes.length > this.capacity) return -ERRNO.ENOSPC;
      const count = fs.writeSync(file.fd, Buffer.from(bytes), 0, bytes.length, file.at);
      file.at += count;
      return count;
    });
  }

  seek(handle, offset, whence) {
    const file = this.files.get(handle);
    if (file === undefined) return -ERRNO.EBADF;
    file.at = Math.max(0, offset + [0, file.at, fs.fstatSync(file.fd).size][whence]);
    return file.at;
  }

  close(handle) {
    const file = this.files.get(handle);
    if (file !== undefined) fs.closeSync(file.fd);
    this.files.delete(handle);
    return 0;
  }

  remove(name) { return this.guard(() => { fs.unlinkSync(this.place(name)); return 0; }); }
  rmdir(name) { return this.guard(() => { fs.rmdirSync(this.place(name)); return 0; }); }
  mkdir(name) { return this.guard(() => { fs.mkdirSync(this.place(name)); return 0; }); }
  rename(name, other) { return this.guard(() => { fs.renameSync(this.place(name), this.place(other)); return 0; }); }
}
