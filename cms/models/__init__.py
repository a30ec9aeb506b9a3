"""The pages editors write, and the approval by a second person."""

from cms.models.address import PublicAddress
from cms.models.approval import FourEyesTask
from cms.models.archive_withdrawal import ArchiveWithdrawal
from cms.models.centre import CentreIndexPage, CentrePage
from cms.models.entries import CasePage, EventPage, NewsPage, QuestionPage
from cms.models.guide import GuideIndexPage, GuidePage
from cms.models.home import HomePage
from cms.models.impact import ImpactReport
from cms.models.lists import CalendarPage, ListPage, PolicyLibraryPage
from cms.models.policy import PolicyPage
from cms.models.programme import ProgrammeIndexPage, ProgrammePage
from cms.models.public_text import PublicText
from cms.models.release_event import ReleaseEvent
from cms.models.section import SectionPage

__all__ = [
    "ArchiveWithdrawal",
    "CalendarPage",
    "CasePage",
    "CentreIndexPage",
    "CentrePage",
    "EventPage",
    "FourEyesTask",
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "ImpactReport",
    "ListPage",
    "NewsPage",
    "PolicyLibraryPage",
    "PolicyPage",
    "ProgrammeIndexPage",
    "ProgrammePage",
    "PublicAddress",
    "PublicText",
    "QuestionPage",
    "ReleaseEvent",
    "SectionPage",
]
