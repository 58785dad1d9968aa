"""The same disk image under user-mode Linux: a kernel as a process, nearly as fast as its host. Its end is a power cut.

It has its own page cache, ext4, cgroups and namespaces, but no hardware: cameras, sound and USB are QEMU's part.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tests.boot import vm
from tests.boot.machine import BOOTH

PROGRAM = shutil.which("linux.uml")
MEMORY_MIB = 2048
TYPED_ONLY = """
KABIL_PLACES__MODELS=/nonexistent
KABIL_SPEECH__ENGINE=none
KABIL_EXPRESSION__AVAILABLE=false
"""
"""its one processor is slow at arithmetic: models that answer in time elsewhere trip the watchdog here"""
QUIET = "systemd.mask=kabil-kiosk.service systemd.mask=e2scrub_reap.service"
WIDE_STATE = r"""
/* User-mode Linux 6.1 keeps 832 bytes of a processor's vector state; processors with AVX-512 or AMX have more, and
   refuse to take back a part. This keeps the whole of it, beside each of the places where the kernel keeps its part. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/uio.h>
#define MOST 16384
#define SLOTS 4096
#define GET 0x4204
#define SET 0x4205
static struct { void *at; unsigned long n; char state[MOST]; } kept[SLOTS];
static char whole[MOST];
static long (*real)(int, ...);
static int slot(void *at) {
  unsigned long first = ((unsigned long)at >> 6) * 0x9E3779B97F4A7C15ul >> 52;
  for (int i = 0; i < SLOTS; i++) {
    int s = (first + i) & (SLOTS - 1);
    if (kept[s].at == at || !kept[s].at) return s;
  }
  return 0;
}
static long get(long pid, struct iovec *part) {
  struct iovec all = {whole, MOST};
  long answer = real(GET, pid, (void *)0x202, &all);
  if (answer < 0) return answer;
  int s = slot(part->iov_base);
  kept[s].at = part->iov_base; kept[s].n = all.iov_len;
  memcpy(kept[s].state, whole, all.iov_len);
  if (part->iov_len > all.iov_len) part->iov_len = all.iov_len;
  memcpy(part->iov_base, whole, part->iov_len);
  return answer;
}
static long set(long pid, struct iovec *part) {
  struct iovec all = {whole, MOST};
  int s = slot(part->iov_base);
  if (kept[s].at == part->iov_base) { memcpy(whole, kept[s].state, kept[s].n); all.iov_len = kept[s].n; }
  else if (real(GET, pid, (void *)0x202, &all) < 0) return -1;
  memcpy(whole, part->iov_base, part->iov_len < all.iov_len ? part->iov_len : all.iov_len);
  return real(SET, pid, (void *)0x202, &all);
}
long ptrace(int request, ...) {
  va_list list; va_start(list, request);
  long pid = va_arg(list, long); void *address = va_arg(list, void *); void *data = va_arg(list, void *);
  va_end(list);
  if (!real) real = (long (*)(int, ...))dlsym(RTLD_NEXT, "ptrace");
  if (address == (void *)0x202 && request == GET) return get(pid, data);
  if (address == (void *)0x202 && request == SET) return set(pid, data);
  return real(request, pid, address, data);
}
"""


def lacking() -> str | None:
    """Why it cannot be run here; None when it can."""
    if PROGRAM is None or shutil.which("gcc") is None:
        return "user-mode-linux or gcc not installed"
    return vm.lacking()


@dataclass
class Uml(vm.Vm):
    """One machine; its root partition can be written, as the kernel has no part of the initial disk's."""

    @property
    def disk(self) -> Path:
        return self.folder / "disk.cow"

    def fresh(self) -> None:
        """A disk as the image is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.disk.unlink(missing_ok=True)

    def first_start(self, more: str = "", seconds: float = 600.0) -> None:
        """Start with settings that stay on the data partition; returns when the booth is ready."""
        self.start(seconds)
        self.shell(f"echo '{TYPED_ONLY}{more}' >/var/lib/kabil/test.env; sync")
        assert self.run("systemctl", "restart", BOOTH, seconds=seconds).rc == 0, self.console()

    def command(self) -> list[str]:
        """The kernel, with its console in the log and the channel at the first free descriptor."""
        return [
            str(PROGRAM), f"mem={MEMORY_MIB}M", f"ubd0={self.disk},{vm.IMAGES / 'kabil.img'}", "root=/dev/ubda2", "rw",
            "con=null", "con0=null,fd:1", "ssl=null", "console=tty0", "loglevel=4", "systemd.show_status=0",
            *self.append.split(),
        ]  # fmt: skip

    def _launch(self, log: BinaryIO) -> socket.socket:
        ours, theirs = socket.socketpair()
        command = [*self.command(), f"ssl1=fd:{theirs.fileno()}"]
        environ = {**os.environ, "LD_PRELOAD": str(self._wide_state()), "TMPDIR": "/dev/shm"}
        self._process = subprocess.Popen(
            command, cwd=self.folder, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            pass_fds=[theirs.fileno()], start_new_session=True,
        )  # fmt: skip
        theirs.close()
        return ours

    def _wide_state(self) -> Path:
        library = self.folder / "wide_state.so"
        if not library.exists():
            (self.folder / "wide_state.c").write_text(WIDE_STATE)
            source = self.folder / "wide_state.c"
            subprocess.run(
                ["gcc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True, timeout=60
            )
        return library

    def console(self) -> str:
        """The end of what the kernel printed."""
        return (self.folder / "machine.log").read_text(errors="replace")[-3000:]

    def cut(self) -> None:
        """The mains go: the kernel and the processes it traces, all at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
        super().cut()
