"""The pages editors write, and the approval by a second person."""

from cms.models.approval import FourEyesTask
from cms.models.archive_withdrawal import ArchiveWithdrawal
from cms.models.centre import CentreIndexPage, CentrePage
from cms.models.guide import GuideIndexPage, GuidePage
from cms.models.home import HomePage
from cms.models.impact import ImpactReport
from cms.models.programme import ProgrammeIndexPage, ProgrammePage
from cms.models.public_text import PublicText
from cms.models.release_event import ReleaseEvent

__all__ = [
    "ArchiveWithdrawal",
    "CentreIndexPage",
    "CentrePage",
    "FourEyesTask",
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "ImpactReport",
    "ProgrammeIndexPage",
    "ProgrammePage",
    "PublicText",
    "ReleaseEvent",
]
