"""Whether wheels for the box are missed: uv itself, on a folder of wheels with names heard from the index."""

import zipfile

import pytest

from tools.judge import arm64

# Heard: the index's files of these versions; mkl is published for x86_64 and Windows alone. Contents: empty.
WHEELS = (
    "psutil-7.2.2-cp36-abi3-manylinux2014_aarch64.manylinux_2_17_aarch64.manylinux_2_28_aarch64.whl",
    "psutil-7.2.2-cp36-abi3-manylinux2010_x86_64.manylinux_2_12_x86_64.manylinux_2_28_x86_64.whl",
    "pyserial-3.5-py2.py3-none-any.whl",
    "mkl-2025.2.0-py2.py3-none-manylinux_2_28_x86_64.whl",
    "mkl-2025.2.0-py2.py3-none-win_amd64.whl",
    "numpy-2.4.6-cp311-cp311-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl",
)
LOCK = """\
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:08695f5cb7ed6e0531a20572697297273c47b8cae5a63ffc6d6ed5c201be6e44 \\
    --hash=sha256:4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6
psutil==7.2.2 \\
    --hash=sha256:0746f5f8d406af344fd547f1c8daa5f5c33dbc293bb8d6a16d80b4bb88f59372
"""


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder of wheels that uv takes for all there is."""
    for name in WHEELS:
        project, version = name.split("-")[:2]
        with zipfile.ZipFile(tmp_path / name, "w") as wheel:
            info = f"{project}-{version}.dist-info"
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
            )
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
            wheel.writestr(f"{info}/RECORD", "")
    for name, value in {"UV_FIND_LINKS": str(tmp_path), "UV_OFFLINE": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))


def test_entries_of_a_lock_come_without_their_hashes():
    assert arm64.parse_lock(LOCK) == ["colorama==0.4.6 ; sys_platform == 'win32'", "psutil==7.2.2"]


@pytest.mark.usefixtures("index")
def test_what_has_wheels_or_does_not_concern_the_box_is_not_missed():
    entries = ["psutil==7.2.2", "pyserial==3.5", "colorama==0.4.6 ; sys_platform == 'win32'"]
    assert arm64.judge(entries) == []


@pytest.mark.usefixtures("index")
def test_a_locked_package_without_an_aarch64_wheel_is_named():
    assert arm64.judge(["psutil==7.2.2", "mkl==2025.2.0"]) == [
        "mkl==2025.2.0: no aarch64 wheel for Python 3.11",
        "mkl==2025.2.0: no aarch64 wheel for Python 3.13",
    ]


@pytest.mark.usefixtures("index")
def test_a_wheel_for_one_python_alone_is_missed_for_the_other():
    assert arm64.judge(["numpy==2.4.6"]) == ["numpy==2.4.6: no aarch64 wheel for Python 3.13"]


def test_where_uv_cannot_tell_it_is_not_taken_for_a_yes(tmp_path, monkeypatch):
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "nowhere"))
    with pytest.raises(arm64.UvError, match=r"uv pip install .* failed: "):
        arm64.judge(["psutil==7.2.2"])
