"""Packages of the npm registry are taken only if they are the ones pinned."""

import io
import tarfile

import pytest

from tools.judge import npm_programs

# openssl dgst -sha512 -binary of b"abc", in base64: FIPS 180-2, appendix C.1
ABC = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="


def pinned(integrity):
    return npm_programs.Package("one", "one", "1.0.0", integrity, "a test")


def test_the_pinned_archive_is_taken():
    npm_programs.check(b"abc", pinned(ABC))


@pytest.mark.parametrize("archive", [b"", b"abd", b"abc\n"])
def test_another_archive_is_refused(archive):
    with pytest.raises(npm_programs.NpmError, match=r"one 1\.0\.0 is not the one pinned"):
        npm_programs.check(archive, pinned(ABC))


def test_files_come_out_of_the_folder_package(tmp_path):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        row = tarfile.TarInfo("package/a/b.txt")
        row.size = 2
        tar.addfile(row, io.BytesIO(b"hi"))
    npm_programs.unpack(data.getvalue(), tmp_path / "one")
    assert [(path.name, path.read_text()) for path in (tmp_path / "one").rglob("*.txt")] == [("b.txt", "hi")]
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
