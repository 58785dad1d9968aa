"""The whole booth on a disk that is full, failing or damaged: nothing acknowledged is lost, and it says so in words."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.bench.visitor import Visitor, visiting
from tests.e2e.conftest import Booth

pytestmark = [
    pytest.mark.boot,
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root and unshare"),
]
SMALL = 'mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"'


def typed(data: Path, prefix: tuple[str, ...], **environ: str) -> Booth:
    """A booth of typed answers, started in a mount namespace or with a faulty C library."""
    settings = {"KABIL_SPEECH__ENGINE": "none", "KABIL_INTERVIEW__QUESTIONS": "3", **environ}
    return Booth(data, settings, prefix)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Booth]:
    """A booth whose data folder is a disk of 6 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    booth = typed(tmp_path, ("unshare", "-m", "sh", "-c", SMALL, str(disk)), KABIL_PLACES__DATA=str(disk))
    yield booth
    booth.stop()


def inside(booth: Booth) -> Path:
    """The small disk, as the booth sees it."""
    assert booth.process is not None
    return Path(f"/proc/{booth.process.pid}/root{booth.settings['KABIL_PLACES__DATA']}")


def visit(booth: Booth, what: Callable[[Visitor], Awaitable[None]]) -> None:
    async def run() -> None:
        async with visiting(booth.url) as visitor:
            await what(visitor)

    asyncio.run(run())


def fill(folder: Path) -> Path:
    """Take every byte that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


async def told(visitor: Visitor, code: str | None) -> None:
    """Wait until the page is told of a trouble, or of its end."""
    async with asyncio.timeout(30):
        while (visitor.state.get("trouble") or {}).get("code") != code:
            await asyncio.sleep(0.05)


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(small: Booth) -> None:
    small.start()
    questions: list[str] = []

    async def until_full(visitor: Visitor) -> None:
        await visitor.arrive(typed=True)
        await visitor.answer()
        await visitor.command("next")
        await visitor.at("think")
        questions.append(visitor.state["question"]["id"])
        filler = fill(inside(small))
        await visitor.answer()  # the interview goes on
        await told(visitor, "store.disk_full")
        assert (await visitor.health())["status"] == "ok"  # no restart would help
        filler.unlink()
        await visitor.command("next")
        await visitor.at("think")
        await told(visitor, None)
        questions.append(visitor.state["question"]["id"])

    visit(small, until_full)
    health: dict[str, Any] = {}

    async def look(visitor: Visitor) -> None:
        health.update(await visitor.health())

    visit(small, look)
    assert health["store"]["state"] == "ok"


FAULTS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
static int fails(const char *what) {
  const char *folder = getenv("FAULTS");
  char path[4096];
  if (!folder) return 0;
  int n = 0;
  while (folder[n] && n < 4000) { path[n] = folder[n]; n++; }
  path[n++] = '/';
  while (*what) path[n++] = *what++;
  path[n] = 0;
  return access(path, F_OK) == 0;
}
/* What the disk has: a copy of each database file as it was when it was last synced. */
static int kept(int fd, int done) {
  const char *folder = getenv("SYNCED");
  char link[64], path[4096], copy[8192], renamed[8300], block[65536];
  if (done || !folder) return done;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return done;
  path[n] = 0;
  const char *base = strrchr(path, '/');
  if (!base || !strstr(base, "kabil.db")) return done;
  snprintf(copy, sizeof copy, "%s%s.new", folder, base);
  snprintf(renamed, sizeof renamed, "%s%s", folder, base);
  int from = open(path, O_RDONLY), to = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  while ((n = read(from, block, sizeof block)) > 0) if (write(to, block, n) != n) abort();
  close(from); close(to); rename(copy, renamed);
  return done;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
int fsync(int fd) { if (fails("sync")) { errno = EIO; return -1; } return kept(fd, REAL(fsync)(fd)); }
int fdatasync(int fd) { if (fails("sync")) { errno = EIO; return -1; } return kept(fd, REAL(fdatasync)(fd)); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) {
  if (fails("write")) { errno = EIO; return -1; } return REAL(pwrite)(fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) {
  if (fails("write")) { errno = EIO; return -1; } return REAL(pwrite64)(fd, b, n, at); }
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A C library whose disk fails while a file of that name lies in a folder."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("gcc is not installed")
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "faulty.c").write_text(FAULTS)

    command = [compiler, "-shared", "-fPIC", "-O1", "-o", folder / "faulty.so", folder / "faulty.c", "-ldl"]
    subprocess.run([str(part) for part in command], check=True)
    return folder / "faulty.so"


@pytest.mark.parametrize("fault", ["sync", "write"])
def test_a_failing_disk_is_told_and_heals(fault: str, faulty: Path, tmp_path: Path) -> None:
    faults = tmp_path / "faults"
    faults.mkdir()
    booth = typed(tmp_path, (), LD_PRELOAD=str(faulty), FAULTS=str(faults))
    booth.start()
    second: list[str] = []

    async def while_it_fails(visitor: Visitor) -> None:
        await visitor.arrive(typed=True)
        await visitor.answer()
        await visitor.command("next")
        await visitor.at("think")
        (faults / fault).touch()
        await visitor.answer()
        await told(visitor, "store.io_error")
        (faults / fault).unlink()
        await visitor.command("next")
        await visitor.at("think")
        await told(visitor, None)
        second.append(visitor.state["question"]["id"])

    async def resumed(visitor: Visitor) -> None:
        await visitor.at("think")
        assert visitor.state["question"]["id"] == second[0]
        assert visitor.state["interview"]["answered"] == [True, True, False]

    try:
        visit(booth, while_it_fails)
        booth.stop(signal.SIGKILL)
        booth.start()
        visit(booth, resumed)
    finally:
        booth.stop()


def test_a_damaged_database_is_moved_aside_and_the_booth_goes_on(tmp_path: Path) -> None:
    booth = typed(tmp_path, ())
    booth.start()

    async def begin(visitor: Visitor) -> None:
        await visitor.arrive(typed=True)
        await visitor.answer()

    async def go_on(visitor: Visitor) -> None:
        await visitor.at("attract")  # what was in it cannot be resumed
        health = await visitor.health()
        assert health["status"] == "ok"
        assert health["store"]["moved_aside"].startswith("kabil.corrupt-")
        assert await visitor.interview(questions=1) == 1

    try:
        visit(booth, begin)
        booth.stop(signal.SIGKILL)
        damage(tmp_path / "kabil.db")
        booth.start()
        visit(booth, go_on)
    finally:
        booth.stop()
    assert len(list(tmp_path.glob("kabil.corrupt-*.db"))) == 1


def damage(path: Path) -> None:
    """Noise over the beginning of the file, as a dying card leaves it."""
    with path.open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(8192))


def cut(booth: Booth, synced: Path) -> None:
    """The mains go: the process ends, and of the database only what was synced is on the disk."""
    booth.stop(signal.SIGKILL)
    for path in booth.data.glob("kabil.db*"):
        path.unlink()
        if (synced / path.name).exists():  # a journal that was deleted stays deleted
            shutil.copy(synced / path.name, path)


def answers_lost(synchronous: str, cuts: int, faulty: Path, folder: Path) -> int:
    """Cuts in the middle of answers: how many acknowledged answers are gone after all of them."""
    data, synced = folder / "data", folder / "synced"
    data.mkdir()
    synced.mkdir()
    environ = {"LD_PRELOAD": str(faulty), "SYNCED": str(synced), "KABIL_STORE__SYNCHRONOUS": synchronous}
    booth = typed(data, (), **environ)
    acknowledged, lost = 0, 0

    async def answer_then_begin_another(visitor: Visitor) -> None:
        nonlocal acknowledged, lost
        if await visitor.at("attract", "think", "review") == "attract":
            lost += acknowledged
            acknowledged = 0
            await visitor.arrive(typed=True, questions=8)
        found = sum(visitor.state["interview"]["answered"])
        lost += acknowledged - found
        acknowledged = found
        if visitor.state["phase"] == "review":
            await visitor.command("next")
            await visitor.at("think")
        await visitor.answer()
        acknowledged += 1
        await visitor.command("next")
        await visitor.at("think")
        await visitor.command("start_answer")
        await visitor.at("answer")

    try:
        for _ in range(cuts):
            booth.start()
            visit(booth, answer_then_begin_another)
            cut(booth, synced)
        booth.start()
        visit(booth, answer_then_begin_another)
    finally:
        booth.stop()
    return lost


@pytest.mark.timeout(600)
def test_a_power_cut_loses_no_acknowledged_answer(faulty: Path, tmp_path: Path) -> None:
    assert answers_lost("FULL", 6, faulty, tmp_path) == 0


@pytest.mark.timeout(600)
def test_the_power_cut_is_seen_where_commits_are_not_synced(faulty: Path, tmp_path: Path) -> None:
    """The control: with synchronous=NORMAL the same cuts do lose answers."""
    assert answers_lost("NORMAL", 3, faulty, tmp_path) > 0
