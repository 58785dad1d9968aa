"""What became of each frame that the watcher was offered: counted once, by name, so that none is lost unseen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class FrameCounts:
    """Frames since the start; ``offered`` is counted where they come in, each of the others where it is decided."""

    offered: int = 0
    unwanted: int = 0
    """nobody had agreed to be seen, or nothing was asked"""
    not_due: int = 0
    """came sooner than the models look"""
    forgotten: int = 0
    """taken back unseen: consent ended, or the booth stopped"""
    refused: int = 0
    """the worker had no room"""
    analysed: int = 0
    """the models looked, or failed to"""
    looked_at: int = 0
    """1 while a frame is being looked at"""

    def told(self, replaced_count: int, waiting_count: int) -> dict[str, int]:
        """For ``/health``: what was seen is the sum of all the others.

        Args:
            replaced_count: frames for which a newer one came before a model was free.
            waiting_count: frames that wait to be looked at.
        """
        return {
            "frames_seen_count": self.offered,
            "frames_analysed_count": self.analysed,
            "frames_waiting_count": waiting_count + self.looked_at,
            "frames_skipped_count": replaced_count,
            "frames_unwanted_count": self.unwanted,
            "frames_not_due_count": self.not_due,
            "frames_forgotten_count": self.forgotten,
            "frames_refused_count": self.refused,
        }
