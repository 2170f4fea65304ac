"""modem_drivers is usable by itself: the standard library and pyserial are all it imports."""

import subprocess
import sys

PROBE = """
import importlib, pkgutil, sys
class OnlyPyserial:
    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        if root not in sys.stdlib_module_names and root not in ("serial", "modem_drivers"):
            raise ModuleNotFoundError(f"{name} is neither of the standard library nor pyserial", name=name)
sys.meta_path.insert(0, OnlyPyserial())
import modem_drivers
found = pkgutil.walk_packages(modem_drivers.__path__, "modem_drivers.")
names = [module.name for module in found if ".tests" not in module.name]
for name in names:
    importlib.import_module(name)
print(len(names), "serial" in sys.modules)
"""


def test_every_module_imports_with_pyserial_alone():
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    count, has_serial = done.stdout.split()
    assert int(count) >= 19
    assert has_serial == "True"


def test_the_pure_floors_do_not_load_pyserial_or_asyncio():
    code = (
        "import sys; import modem_drivers.families, modem_drivers.at.standard, modem_drivers.radio.plmn;"
        "print(sorted({'serial', 'asyncio', 'socket', 'threading', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
