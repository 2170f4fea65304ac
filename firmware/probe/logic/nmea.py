"""NMEA 0183 octet by octet: one whole sentence with its checksum at a time, fields read in place.

Nothing is allocated after the start, and every number read stays below 2**30 (a small integer of the VM).
"""

MAX_OCTETS = 120  # the standard says 82; receivers with long minutes say more
MAX_FIELDS = 32
_DOLLAR, _STAR, _COMMA, _DOT, _MINUS = 36, 42, 44, 46, 45
_LIMIT = 100_000_000  # one digit more still fits


def kind_code(letters: bytes) -> int:
    """Return the number that stands for a sentence's three letters, or a talker's two."""
    code = 0
    for letter in letters:
        code = code << 8 | letter
    return code


def _hex_digit(octet: int) -> int:
    if 48 <= octet <= 57:
        return octet - 48
    octet &= 0xDF
    return octet - 55 if 65 <= octet <= 70 else -1


class Sentence:
    """The last whole sentence, and how many were good, bad (checksum, form) or too long."""

    def __init__(self) -> None:
        self.good, self.bad, self.too_long = 0, 0, 0
        self.talker = self.kind = self.fields = 0
        self._line = bytearray(MAX_OCTETS)
        self._starts = bytearray(MAX_FIELDS + 1)
        self._count = 0
        self._inside = False

    def push(self, octet: int) -> bool:
        """Take one octet; return whether it ended a sentence that can be read now."""
        if octet == _DOLLAR:
            if self._inside:
                self.bad += 1
            self._inside, self._count = True, 0
            return False
        if not self._inside:
            return False
        if octet in (13, 10):
            self._inside = False
            return self._end()
        if not 32 <= octet <= 126:
            self._inside = False
            self.bad += 1
        elif self._count == MAX_OCTETS:
            self._inside = False
            self.too_long += 1
        else:
            self._line[self._count] = octet
            self._count += 1
        return False

    def _end(self) -> bool:
        if not (self._sum_holds() and self._split()):
            self.bad += 1
            return False
        self.good += 1
        return True

    def _sum_holds(self) -> bool:
        line, count = self._line, self._count - 3
        if count < 5 or line[count] != _STAR:
            return False
        high, low = _hex_digit(line[count + 1]), _hex_digit(line[count + 2])
        if high < 0 or low < 0:
            return False
        found = high << 4 | low
        for index in range(count):
            found ^= line[index]
        return found == 0

    def _split(self) -> bool:
        line, starts, fields = self._line, self._starts, 0
        end = self._count - 3
        for index in range(end):
            if line[index] == _COMMA:
                if fields == MAX_FIELDS:
                    return False
                starts[fields] = index + 1
                fields += 1
        if (
            fields == 0 or starts[0] != 6
        ):  # two letters of the talker, three of the kind: proprietary ones differ
            self.talker = self.kind = self.fields = 0
            return fields > 0
        starts[fields] = end + 1
        self.fields = fields
        self.talker = line[0] << 8 | line[1]
        self.kind = line[2] << 16 | line[3] << 8 | line[4]
        return True

    def _length(self, field: int) -> int:
        return self._starts[field + 1] - 1 - self._starts[field] if field < self.fields else 0

    def letter(self, field: int) -> int:
        """Return the only octet of *field* (0 is the first behind the kind); 0 if it has none, or more."""
        return self._line[self._starts[field]] if self._length(field) == 1 else 0

    def digits(self, field: int, start: int, count: int) -> int:
        """Return *count* digits of *field* from its octet *start* as a number; -1 if they are not there."""
        if start + count > self._length(field):
            return -1
        value, at = 0, self._starts[field] + start
        for index in range(at, at + count):
            digit = self._line[index] - 48
            if not 0 <= digit <= 9:
                return -1
            value = value * 10 + digit
        return value

    def whole(self, field: int) -> int:
        """Return *field* as a number without sign or point; -1 if it is empty, none, or longer than 8."""
        length = self._length(field)
        return self.digits(field, 0, length) if 0 < length <= 8 else -1

    def point(self, field: int) -> int:
        """Return how many octets stand before the point of *field*, or all of them."""
        start, length = self._starts[field], self._length(field)
        for index in range(length):
            if self._line[start + index] == _DOT:
                return index
        return length

    def scaled(self, field: int, start: int, decimals: int) -> "int | None":
        """Return the number from octet *start* of *field* times 10**decimals, further decimals rounded.

        None if it is empty, no number, or 2**30 and more.
        """
        line, at = self._line, self._starts[field] + start if field < self.fields else 0
        end = self._starts[field] + self._length(field) if field < self.fields else 0
        negative = at < end and line[at] == _MINUS
        at += 1 if negative else 0
        value, seen, after = 0, False, -1
        for index in range(at, end):
            digit = line[index] - 48
            if line[index] == _DOT and after < 0:
                after = 0
            elif not 0 <= digit <= 9 or (after < decimals and value >= _LIMIT):
                return None
            elif after < decimals:
                value, seen, after = value * 10 + digit, True, after + 1 if after >= 0 else after
            else:
                value += 1 if after == decimals and digit >= 5 else 0
                after += 1
        if not seen:
            return None
        for _ in range(decimals - max(after, 0)):
            if value >= _LIMIT:
                return None
            value *= 10
        return -value if negative else value
