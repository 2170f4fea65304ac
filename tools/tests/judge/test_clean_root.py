"""The clean root's decisions: sources, settings, environment. The root itself: `make clean-root`."""

import pytest

from tools.judge import clean_root
from tools.judge.clean_root import Outcome, Source

# `apt-get indextargets --format` of INDEX; the sites are made up
TARGETS = """\
http://mirror.example/debian bookworm main Debian Debian
http://mirror.example/debian bookworm-updates main Debian Debian
http://mirror.example/debian-security bookworm-security main Debian Debian-Security
http://other.example/repo nodistro main . nodistro
"""


def test_only_debians_own_sources_count():
    assert clean_root.parse_sources(TARGETS) == [
        Source("http://mirror.example/debian", "bookworm", "main", "Debian"),
        Source("http://mirror.example/debian", "bookworm-updates", "main", "Debian"),
        Source("http://mirror.example/debian-security", "bookworm-security", "main", "Debian-Security"),
    ]


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_sources_list_is_of_the_suite_asked_for(suite):
    assert clean_root.sources_list(clean_root.parse_sources(TARGETS), suite).splitlines() == [
        f"deb http://mirror.example/debian {suite} main",
        f"deb http://mirror.example/debian {suite}-updates main",
        f"deb http://mirror.example/debian-security {suite}-security main",
    ]


def test_local_indexes_of_pip_are_found_with_what_is_beside_them(tmp_path):
    (tmp_path / "index/simple").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    listed = (
        f"global.extra-index-url='file://{tmp_path}/index/simple file://{tmp_path}/absent/simple'\n"
        f"global.find-links='{tmp_path}/wheels'\n:env:.default-timeout='180'\n"
    )
    assert clean_root.named_folders(listed) == [tmp_path / "index", tmp_path / "wheels"]


@pytest.mark.parametrize(("user", "home"), [("root", "/root"), ("tech", "/home/tech")])
def test_environment_is_a_fresh_logins_and_the_networks(user, home):
    outside = {
        "PIP_CERT": "/c.crt",
        "https_proxy": "http://p:1",
        "PYTHONPATH": "/x",
        "SECRET": "s",
        "HOME": "/h",
    }
    words = clean_root.environment(user, outside)
    names = dict(word.split("=", 1) for word in words)
    assert names == {
        "HOME": home,
        "USER": user,
        "PATH": names["PATH"],
        "LANG": "C.UTF-8",
        "CI": "true",
        "PIP_CERT": "/c.crt",
        "https_proxy": "http://p:1",
    }
    assert ("/usr/sbin" in names["PATH"]) is (user == "root")  # Debian's login.defs, ENV_PATH and ENV_SUPATH


def test_summary_has_the_exit_codes():
    rows = [Outcome("root", "make demo", 0, 151.23), Outcome("tech", "make test", 2, 3.0)]
    assert list(clean_root.summary(rows)) == [
        "root  make demo                exit 0      151.2 s",
        "tech  make test                exit 2        3.0 s",
    ]
