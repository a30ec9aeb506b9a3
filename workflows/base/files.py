"""Take evidence in: look at what it really is, rebuild it clean, seal it, store it under a random name."""

from workflows.base.models import PrivateFile

__all__ = ["PrivateFile"]
