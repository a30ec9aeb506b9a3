"""The pages editors write, and the approval by a second person."""

from cms.models.address import PublicAddress
from cms.models.approval import FourEyesTask
from cms.models.centre import CentreIndexPage, CentrePage
from cms.models.guide import GuideIndexPage, GuidePage
from cms.models.home import HomePage
from cms.models.impact import ImpactReport
from cms.models.programme import ProgrammeIndexPage, ProgrammePage

__all__ = [
    "CentreIndexPage",
    "CentrePage",
    "FourEyesTask",
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "ImpactReport",
    "ProgrammeIndexPage",
    "ProgrammePage",
    "PublicAddress",
]
