"""The pages editors write, and the approval by a second person."""

from cms.models.approval import FourEyesTask
from cms.models.centre import CentreIndexPage, CentrePage
from cms.models.entries import CasePage, EventPage, NewsPage, QuestionPage
from cms.models.guide import GuideIndexPage, GuidePage
from cms.models.home import HomePage
from cms.models.impact import ImpactReport
from cms.models.lists import CalendarPage, ListPage, PolicyLibraryPage
from cms.models.policy import PolicyPage
from cms.models.programme import ProgrammeIndexPage, ProgrammePage
from cms.models.section import SectionPage

__all__ = [
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
    "QuestionPage",
    "SectionPage",
]
