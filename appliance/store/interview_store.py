"""The store: takes and gives interview records; one connection on one worker thread.

A damaged database is moved aside and the booth goes on with a new one; a disk that cannot be opened is replaced by
memory until it can. Both are told in ``health``. Everything that awaits here may raise
``Unavailable("store.disk_full")``, ``("store.io_error")``, ``("store.busy")`` or ``Broken("store.…")``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from appliance.errors import ApplianceError, WrongState
from appliance.messages import InterviewRecord
from appliance.runtime import boot_time
from appliance.runtime.boot_time import BootTime
from appliance.runtime.worker import Worker
from appliance.settings import Store
from appliance.store import audit, claims, database, figures, retention, rows, sealed_backup, sessions
from appliance.store.custody import Custody
from appliance.store.database import Database
from appliance.store.notices import Notices
from appliance.store.sessions import TakenUp

log = logging.getLogger(__name__)
R = TypeVar("R")
HOUSEKEEPING_SECONDS = 600.0
"""how often overdue interviews are looked for (our choice)"""
OWED_SECONDS = 20.0
"""between two tries of an erasure that the disk refused (our choice)"""
COHORT_DAYS = 180


def _utc_now() -> datetime:
    return datetime.now(UTC)


class InterviewStore:
    """The booth's database.

    Args:
        settings: of the store.
        data_dir: folder of the database; None: in memory.
        now: UTC (tests give their own).
        boot_now: the machine's own time (tests give their own).
    """

    name = "store"

    def __init__(
        self,
        settings: Store,
        data_dir: Path | None,
        now: Callable[[], datetime] = _utc_now,
        boot_now: Callable[[], BootTime | None] = boot_time.now,
    ) -> None:
        self.settings = settings
        self._now, self._boot_now = now, boot_now
        self.notices = Notices(data_dir)
        self.worker = Worker("store")
        self._custody = Custody(settings, data_dir)
        self._owed: set[str] = set()
        """interviews whose erasure the disk refused: tried again until it is done"""
        self._open = False

    @classmethod
    def in_memory(cls) -> InterviewStore:
        """A store that forgets everything with the process (the command line)."""
        return cls(Store(encrypt=False), None)

    # --- service ---

    async def start(self) -> None:
        """Open the database; never fails for want of a disk."""
        self.worker.start()
        self._open = True
        await self.worker.run(self._custody.open)
        await self.housekeep()

    async def run(self) -> None:
        """Hold to the retention rules until cancelled."""
        while True:
            await asyncio.sleep(OWED_SECONDS if self._owed else HOUSEKEEPING_SECONDS)
            await self.housekeep()

    async def stop(self) -> None:
        """Close the database; a second call does nothing."""
        if not self._open:
            return
        self._open = False
        await self.worker.run(self._custody.close)
        self.worker.stop()

    async def housekeep(self) -> None:
        """Erase what is overdue, back up what is kept, try the disk again; troubles are logged, not raised."""
        try:
            await self.worker.run(self._custody.try_disk_again)
            if self._owed:
                await self._erase(list(self._owed))
            await self._sweep()
            await self.worker.run(self._back_up_if_old)
        except ApplianceError as exc:
            log.warning("housekeeping: %s", exc.code)

    # --- interviews ---

    async def save(self, record: InterviewRecord) -> None:
        """Write everything of a record; the same answer twice is the same row."""
        version = self.notices.in_force
        await self._do(lambda db: sessions.save(db, record, self._now(), version))

    async def stand(self, session_id: str, phase: str, away_seconds: float) -> None:
        """Note where a finished interview stands and how long ago its candidate last gave a sign.

        Where the machine has no time of its own nothing is noted: such an interview is closed at the next start.
        """
        here = self._boot_now()
        if here is not None:
            signed = BootTime(here.boot, here.seconds - away_seconds)
            await self._do(lambda db: sessions.stand(db, session_id, phase, signed))

    async def take_up(self, patience_seconds: float = 0.0) -> TakenUp | None:
        """The interview that goes on after a start, and everything else that was left open closed or erased.

        Args:
            patience_seconds: how long after the last sign of its candidate a finished one still goes on, if the
                machine ran all the time. One that is not finished goes on for two hours from its begin.
        """
        here = self._boot_now()
        settings = self.settings
        found = await self._do(lambda db: sessions.take_up(db, settings, self._now(), here, patience_seconds))
        await self._do(database.checkpoint, atomic=False)
        return found

    async def close(self, record: InterviewRecord) -> dict[str, object]:
        """The candidate leaves: kept as agreed, or erased; ``{"erased", "kept_until", "number"}``."""
        if not retention.keeps(record.consent, self.settings):
            return await self._erase([record.session_id])
        return await self._do(lambda db: sessions.keep(db, record, self.settings, self._now()))

    async def erase(self, session_id: str) -> dict[str, object]:
        """Delete an interview so that no byte of it is left; the receipt."""
        return await self._erase([session_id])

    async def get(self, session_id: str) -> InterviewRecord:
        """A record; raises ``NotFound("store.unknown_session")``."""
        return await self._do(lambda db: rows.read(db, session_id))

    # --- who comes back ---

    async def history(self, user_id: str | None, without: str | None = None) -> list[dict[str, object]]:
        """``{"date", "scores"}`` of a user's finished interviews but one, oldest first; nobody has none."""
        if user_id is None:
            return []
        return await self._do(lambda db: sessions.history(db, user_id, without))

    async def claim_code(self, record: InterviewRecord) -> str | None:
        """The code under which an interview will be found again; None where there is none."""
        user_id = record.user_id
        if user_id is None or not retention.keeps(record.consent, self.settings):
            return None
        return await self._do(lambda db: claims.code_of(db, user_id))

    async def new_claim(self, record: InterviewRecord, pin: str) -> tuple[str, str]:
        """A user and a claim code for an interview that will be kept.

        Raises:
            WrongState: "store.not_kept": the candidate or the site does not keep it.
            Invalid: "store.bad_pin".
        """
        if not retention.keeps(record.consent, self.settings):
            raise WrongState(
                "store.not_kept", "this interview is not kept, so there is nothing to find again"
            )
        return await self._do(lambda db: self._new_claim(db, record, pin))

    async def claim(self, code: str, pin: str) -> str:
        """The user of a claim code.

        Raises:
            NotFound: "store.unknown_code".
            Forbidden: "store.wrong_pin"; TooMany: "store.locked" after five of them.
        """
        return await self._do(lambda db: self._check_claim(db, code, pin), atomic=False)

    async def erase_claim(self, code: str, pin: str) -> dict[str, object]:
        """Delete everything kept under a claim code; the receipt. Raises as ``claim``."""
        user_id = await self.claim(code, pin)
        return await self._erase(await self._do(lambda db: sessions.of_user(db, user_id)))

    async def export(self, code: str, pin: str) -> dict[str, object]:
        """Everything kept under a claim code, as JSON values. Raises as ``claim``."""
        user_id = await self.claim(code, pin)
        return await self._do(lambda db: sessions.export(db, user_id, self._now()))

    # --- the placement cell ---

    async def cohort(self, days: int = COHORT_DAYS) -> dict[str, object]:
        """Counts and means of the last days; means only of groups of five and more."""
        since = retention.utc(self._now() - timedelta(days=days))
        return await self._do(lambda db: figures.cohort(db, since))

    async def shared(self) -> list[dict[str, object]]:
        """Kept interviews whose candidates pressed Share, with their scores."""
        return await self._do(figures.shared)

    async def note(self, event: str, detail: dict[str, object] | None = None) -> None:
        """An entry of the processing log for what the console does (audit); no content."""
        await self._do(lambda db: sessions.note(db, self._now(), event, detail=detail))

    async def audit(self, before: int | None = None) -> dict[str, object]:
        """What staff did, newest first, a page at a time; ``before``: the id of the oldest entry shown."""
        return await self._do(lambda db: audit.page(db, before))

    # --- the operator ---

    async def health(self) -> dict[str, object]:
        """How the store is; asks the database, so an answer means that it answers."""
        return await self._do(self._health, atomic=False)

    async def ping(self) -> None:
        """Ask the database for its life sign (the watchdog does)."""
        await self._do(lambda db: db.sql("select 1"), atomic=False)

    async def back_up(self) -> Path:
        """Write a copy with the same key beside the database; its place."""
        return await self.worker.run(self._custody.back_up)

    async def back_up_under(self, passphrase: str) -> Path:
        """A backup that opens on any booth, with this passphrase alone; who moves it away deletes it here.

        Raises:
            Invalid: "store.weak_passphrase".
        """
        plain = sealed_backup.checked_passphrase(passphrase)
        copy, key = await self.worker.run(self._custody.copy_to_seal)
        target = copy.with_suffix(".kabil")
        await asyncio.to_thread(sealed_backup.seal, copy, key, plain, target)
        return target

    async def restore_under(self, backup: Path, passphrase: str) -> None:
        """Put a sealed backup, of this booth or another, in the place of the database; else as ``restore``.

        Raises:
            Forbidden: "store.wrong_passphrase".
            Invalid: "store.bad_backup", "store.newer_backup"; nothing is changed.
        """
        place, key = await self.worker.run(self._custody.place_to_unseal)
        try:
            await asyncio.to_thread(sealed_backup.unseal, backup, passphrase, key, place)
            await self.restore(place)
        finally:
            place.unlink(missing_ok=True)

    async def restore(self, backup: Path) -> None:
        """Put a backup in the place of the database; what was erased since is erased again, the log goes on.

        Raises:
            Invalid: "store.bad_backup": not ours, damaged, or of another key; nothing is changed.
        """
        erased = await self._do(sessions.erased_ids)
        log_here = await self._do(audit.whole)
        await self.worker.run(lambda: self._custody.restore(backup))
        await self._do(lambda db: audit.carry_over(db, log_here))
        back_again = await self._do(lambda db: sessions.still_there(db, erased))
        if back_again:
            await self._erase(back_again)

    def renew(self, settings: Store) -> None:
        """Hold to other retention settings from now on."""
        self.settings = settings
        self._custody.renew(settings)

    # --- inside ---

    async def _do(self, work: Callable[[Database], R], *, atomic: bool = True) -> R:
        return await self.worker.run(lambda: self._custody.guarded(work, atomic=atomic))

    async def _erase(self, session_ids: list[str], why: str = "erased") -> dict[str, object]:
        self._owed.update(session_ids)
        receipt = await self._do(lambda db: sessions.erase(db, session_ids, self._now(), why))
        await self.worker.run(self._leave_no_byte)
        self._owed.difference_update(session_ids)
        return receipt

    async def _sweep(self) -> None:
        due = await self._do(lambda db: sessions.overdue(db, self.settings, self._now()))
        if due:
            await self._erase(due, "overdue")
        await self._do(lambda db: sessions.trim_log(db, self._now()))
        await self.worker.run(lambda: self._custody.drop_old_asides(self._now()))

    def _leave_no_byte(self) -> None:
        self._custody.guarded(database.checkpoint, atomic=False)
        if self._custody.drop_backup():  # it may hold what was just erased
            self._back_up_if_old()

    def _back_up_if_old(self) -> None:
        """Daily, when something is kept and nobody is at an interview (which may yet be erased)."""
        age = self._custody.backup_age_seconds(self._now())
        if age is not None and age < retention.BACKUP_EVERY.total_seconds():
            return
        if self._custody.on_disk and self._custody.guarded(_is_worth_a_copy):
            self._custody.back_up()

    def _new_claim(self, db: Database, record: InterviewRecord, pin: str) -> tuple[str, str]:
        known = claims.new_pin(db, record.user_id, pin) if record.user_id else None
        user_id, code = (str(record.user_id), known) if known else claims.new_user(db, pin, self._now())
        sessions.save(db, replace(record, user_id=user_id), self._now(), self.notices.in_force)
        sessions.note(db, self._now(), "claim_made", session_id=record.session_id)
        return user_id, code

    def _check_claim(self, db: Database, code: str, pin: str) -> str:
        try:
            user_id = claims.check(db, code, pin, self._now())
        except ApplianceError as exc:
            sessions.note(db, self._now(), "claim_refused", detail={"code": exc.code})
            raise
        sessions.note(db, self._now(), "claim_used")
        return user_id

    def _health(self, db: Database) -> dict[str, object]:
        kept = sessions.kept_count(db)
        waiting = self.worker.waiting_count
        return {
            **self._custody.health(self._now()),
            "kept_count": kept,
            "waiting_count": waiting,
            "owed_count": len(self._owed),
        }


def _is_worth_a_copy(db: Database) -> bool:
    return sessions.kept_count(db) > 0 and sessions.open_count(db) == 0
