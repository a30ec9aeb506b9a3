"""What is stored of household files."""

from workflows.households.models.consents import MeansConsent
from workflows.households.models.file import CalculationSheet, Category, FileQuerySet, HouseholdFile, Member
from workflows.households.models.help import AssistPlan, HelpVisit, Measure, Pairing, Replacement
from workflows.households.models.life import (
    FileEvent,
    FileLetter,
    FileNotice,
    FileObjection,
    HomeVisit,
    MeansCheck,
    VisitPhoto,
)
from workflows.households.models.papers import Assistance, FileAppeal, FilePaper, OtherDocument
from workflows.households.models.sheets import AidReceived, DrawnSheet
from workflows.households.models.sweeps import Sweep, SweepCase, WatchCall
from workflows.households.models.told import Correction, Statement
from workflows.households.models.transfer import FileExport, FileImport, LaidOff, LaidOffList
from workflows.policy.household.lifecycle import FileState

__all__ = [
    "AidReceived",
    "AssistPlan",
    "Assistance",
    "CalculationSheet",
    "Category",
    "Correction",
    "DrawnSheet",
    "FileAppeal",
    "FileEvent",
    "FileExport",
    "FileImport",
    "FileLetter",
    "FileNotice",
    "FileObjection",
    "FilePaper",
    "FileQuerySet",
    "FileState",
    "HelpVisit",
    "HomeVisit",
    "HouseholdFile",
    "LaidOff",
    "LaidOffList",
    "MeansCheck",
    "MeansConsent",
    "Measure",
    "Member",
    "OtherDocument",
    "Pairing",
    "Replacement",
    "Statement",
    "Sweep",
    "SweepCase",
    "VisitPhoto",
    "WatchCall",
]
