"""The board's file system, mounted at `/`: what MicroPython asks of a file system, answered by `_board`.

The port's own one reports a missing path as 44, the number of its C library; on a board it is 2 (ENOENT).
That is mended here, where everybody can see it: `_check` raises what the simulated flash says.
"""

import _board
import io
import json
import uctypes


def _check(result):
    if result < 0:
        raise OSError(-result)
    return result


class File(io.IOBase):
    def __init__(self, path, mode):
        self._text = "b" not in mode
        self._handle = _check(_board.fs_open(path, mode.replace("b", "").replace("t", "")))

    def readinto(self, buf):
        return _check(_board.fs_read(self._handle, uctypes.addressof(buf), len(buf))) if len(buf) else 0

    def read(self, n=-1):
        parts = []
        while n:
            part = bytearray(min(n, 512) if n > 0 else 512)
            count = self.readinto(part)
            if not count:
                break
            parts.append(bytes(part[:count]))
            n -= count if n > 0 else 0
        data = b"".join(parts)
        return str(data, "utf-8") if self._text else data

    def readline(self):
        line = bytearray()
        one = bytearray(1)
        while not line.endswith(b"\n") and self.readinto(one):
            line.extend(one)
        return str(line, "utf-8") if self._text else bytes(line)

    def readlines(self):
        return list(self)

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def write(self, buf):
        data = bytes(buf, "utf-8") if isinstance(buf, str) else buf
        if len(data):
            _check(_board.fs_write(self._handle, uctypes.addressof(data), len(data)))
        return len(buf)

    def seek(self, offset, whence=0):
        return _check(_board.fs_seek(self._handle, offset, whence))

    def tell(self):
        return self.seek(0, 1)

    def flush(self):
        pass

    def close(self):
        if self._handle:
            _board.fs_close(self._handle)
        self._handle = 0

    def ioctl(self, request, arg):
        if request == 4:  # MP_STREAM_CLOSE
            self.close()
            return 0
        return 0 if request == 1 else -22

    def __enter__(self):
        return self

    def __exit__(self, *found):
        self.close()


class Flash:
    def __init__(self):
        self._cwd = "/"

    def _path(self, path):
        return path if path.startswith("/") else self._cwd + path

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def open(self, path, mode):
        return File(self._path(path), mode)

    def chdir(self, path):
        whole = self._path(path)
        if _check(_board.fs_stat(whole)) != 1:
            raise OSError(20)
        parts = []
        for part in whole.split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part and part != ".":
                parts.append(part)
        self._cwd = "/" + "".join([part + "/" for part in parts])

    def getcwd(self):
        return self._cwd if self._cwd == "/" else self._cwd[:-1]

    def stat(self, path):
        found = _check(_board.fs_stat(self._path(path)))
        return (
            (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0) if found & 1 else (0x8000, 0, 0, 0, 0, 0, found >> 1, 0, 0, 0)
        )

    def ilistdir(self, path):
        found = _board.fs_list(self._path(path))
        if not isinstance(found, str):
            _check(found)
        for name, kind in json.loads(found):
            yield (name, 0x4000, 0, 0) if kind & 1 else (name, 0x8000, 0, kind >> 1)

    def mkdir(self, path):
        _check(_board.fs_mkdir(self._path(path)))

    def remove(self, path):
        _check(_board.fs_remove(self._path(path)))

    def rmdir(self, path):
        _check(_board.fs_rmdir(self._path(path)))

    def rename(self, old, new):
        _check(_board.fs_rename(self._path(old), self._path(new)))

    def statvfs(self, path):
        blocks = _board.fs_capacity() // 4096
        free = max(0, blocks - _board.fs_used() // 4096)
        return (4096, 4096, blocks, free, free, 0, 0, 0, 0, 255)
