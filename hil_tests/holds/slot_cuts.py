"""Power cut at every operation on the flash of an update: `python -m hil_tests.holds.slot_cuts --seed N`.

A good and a bad image; before each program and erase of the whole story a cut, and each of them torn in four
drawn ways; then a second cut at each operation of the boot that follows. A cut is failed if the file system
does not mount, an image runs that is not octet by octet the old or the new one, a bad one runs a fourth time
or is not rolled back, a confirmed one does not stay, or an event that was written is gone or another one.
"""

from collections import Counter
from importlib.metadata import version
from random import Random

from littlefs import LittleFSError
from probe.logic.events import FILES_USED, PER_FILE

from hil_tests.flash_cuts import SECTORS, STORIES, Bench, Cutter, Run, draw_image, good, record, value_of
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

TORN = 4
UPDATES_AFTER = 0.03


def events_wrong(bench: Bench, run: Run, cut: int) -> str:
    """Return what is wrong with the ring; "" if nothing is."""
    numbers = [event[0] for event in bench.ring.read()]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return "events are missing in between"
    if any(event[5] != value_of(event[0]) for event in bench.ring.read()):
        return "an event says something else"
    written = max(run.reached("event", cut), default=379)
    if not written <= numbers[-1] <= max(run.reached("event begun", cut), default=379):
        return f"the last event is {numbers[-1]}, written was {written}"
    return "" if len(numbers) >= PER_FILE * (FILES_USED - 1) else f"only {len(numbers)} events are left"


def runs(bench: Bench, run: Run) -> str:
    """Boot; return which image runs: old, new, or what it is else."""
    bench.restart()
    slot = bench.images.boot(may_write=True)
    tree = bench.files.tree(f"/slot{slot}") if slot >= 0 else {}
    tree.pop("manifest", None)
    return "old" if tree == run.old else "new" if tree == run.new else f"slot {slot}, neither old nor new"


def boots_wrong(bench: Bench, run: Run, cut: int) -> str:
    """Boot until it settles; return what is wrong, "" if nothing is."""
    first = runs(bench, run)
    if first not in ("old", "new"):
        return first
    if first == "new" and not run.reached("may run", cut):
        return "the new image runs before it may"
    if run.name == "bad":
        return rollback_wrong(bench, run, cut, first)
    if first == "old":
        return "a confirmed image does not run" if run.reached("confirmed", cut) else ""
    bench.images.confirm()
    return "" if runs(bench, run) == "new" else "a confirmed image does not stay"


def rollback_wrong(bench: Bench, run: Run, cut: int, first: str) -> str:
    """Boot a bad image until the old one runs."""
    bad_runs = sum(slot == 1 for slot in run.reached("runs", cut))
    now = first
    while now == "new":
        bad_runs += 1
        if bad_runs > 3:
            return "a bad image runs a fourth time"
        now = runs(bench, run)
    return "" if now == "old" and runs(bench, run) == "old" else "the bad image was not rolled back"


def examine(image: bytes, run: Run, cut: int, rng: Random) -> str:
    """Return what is wrong after a cut that left *image*; "" if nothing is."""
    try:
        bench = Bench(image)
        wrong = events_wrong(bench, run, cut) or boots_wrong(bench, run, cut)
        if not wrong and run.name == "good" and rng.random() < UPDATES_AFTER:
            good(bench, run.new)
            wrong = "" if runs(bench, run) == "new" else "the update cannot be done again"
    except (OSError, LittleFSError, ValueError, LookupError) as error:
        return f"{type(error).__name__}: {error}"
    return wrong


def second_images(image: bytes, run: Run, rng: Random) -> list[bytes]:
    """Return the images after a cut at each operation of the boot that follows the first cut."""
    bench = Bench(image)
    bench.flash.done.clear()
    runs(bench, run)
    again = Run("", image, list(bench.flash.done), [], run.old, run.new)
    cutter = Cutter(again)
    return [cutter.after_cut(cut, rng) for cut in range(len(again.done))]


def judge(name: str, seed: int) -> tuple[list[str], Counter[str], int]:
    """Return (what failed, how many cuts of each kind, operations) of a story."""
    rng = Random(f"{seed} {name}")
    run = record(name, draw_image(rng), draw_image(rng), {})
    cutter, failed, cuts = Cutter(run), list[str](), Counter[str]()
    for cut, operation in enumerate(run.done):
        for torn in range(TORN + 1):
            image = cutter.after_cut(cut, rng if torn else None)
            kind = ("torn " if torn else "before ") + ("program" if operation.data else "erase")
            cuts[kind] += 1
            found = [(kind, image), *(("second cut", again) for again in second_images(image, run, rng))]
            cuts["second cut"] += len(found) - 1
            for what, one in found:
                wrong = examine(one, run, cut, rng)
                if wrong:
                    failed.append(f"{name} {what} at {cut}: {wrong}")
    return failed, cuts, len(run.done)


def main() -> None:
    """Cut everywhere; the last line holds the figures."""
    seed = seed_from_arguments("Cut the power at every operation on the flash of an update.")
    failed, total = list[str](), 0
    for name in STORIES:
        wrong, cuts, operations = judge(name, seed)
        failed += wrong
        total += sum(cuts.values())
        print(f"{name}: {operations} programs and erases; cuts: {dict(cuts)}; failed {len(wrong)}")
    for line in failed[:20]:
        print(line)
    print(f"seed {seed}; flash of {SECTORS} sectors under littlefs {version('littlefs-python')}")
    print_figures({"failed": figure(len(failed), n=total, invalid=0, detail="; ".join(failed[:3]))})


if __name__ == "__main__":
    main()
