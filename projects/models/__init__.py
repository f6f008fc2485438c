from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.asset import Asset
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.imports import Import
from projects.models.information import TransactionInformation
from projects.models.procurement import Procurement
from projects.models.project import Project
from projects.models.station import Station
from projects.models.trainee import Attendance, Enrolment, FollowUp, Trainee
from projects.models.training import Course, SessionFile, TrainingSession

__all__ = [
    "Agreement",
    "Asset",
    "Attendance",
    "Contractor",
    "ContractorPlan",
    "Course",
    "CreditCheck",
    "CreditRating",
    "Enrolment",
    "Equipment",
    "FollowUp",
    "Import",
    "Licence",
    "Procurement",
    "Project",
    "SessionFile",
    "Stage",
    "Station",
    "Trainee",
    "TrainingSession",
    "TransactionInformation",
]
