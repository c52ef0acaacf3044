"""Alerts of sky surveys: Nightjar's data folders and streams, in Python."""

from .data import DataFolder, NightjarError, open
from .following import follow

__all__ = ["DataFolder", "NightjarError", "follow", "open"]
