from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.assessment import Assessment
from projects.models.asset import Asset
from projects.models.contractor import AccountOpened, ConsortiumMember, Contractor
from projects.models.contractor_file import CreditCheck, CreditRating, Evidence, Licence
from projects.models.contractor_plan import ContractorPlan, PlanOpinion
from projects.models.imports import Import
from projects.models.information import Activity, InformationAccess, InformationVersion, TransactionInformation
from projects.models.milestone import Milestone
from projects.models.operation import Operation
from projects.models.package import Bidder, Package
from projects.models.photo import Photo
from projects.models.procurement import Procurement
from projects.models.progress import Progress
from projects.models.project import Project
from projects.models.qualification import Qualification, QualificationItem
from projects.models.records import HouseholdService, Intake, StationRecord
from projects.models.station import Station
from projects.models.supplement import SupplementAgreement
from projects.models.supplier_query import SupplierQuery
from projects.models.tokens import ApiCall, ApiToken
from projects.models.tracking import Problem, Visit
from projects.models.trainee import Attendance, Enrolment, FollowUp, Trainee
from projects.models.training import Course, SessionFile, TrainingSession

__all__ = [
    "AccountOpened",
    "Activity",
    "Agreement",
    "ApiCall",
    "ApiToken",
    "Assessment",
    "Asset",
    "Attendance",
    "Bidder",
    "ConsortiumMember",
    "Contractor",
    "ContractorPlan",
    "Course",
    "CreditCheck",
    "CreditRating",
    "Enrolment",
    "Equipment",
    "Evidence",
    "FollowUp",
    "HouseholdService",
    "Import",
    "InformationAccess",
    "InformationVersion",
    "Intake",
    "Licence",
    "Milestone",
    "Operation",
    "Package",
    "Photo",
    "PlanOpinion",
    "Problem",
    "Procurement",
    "Progress",
    "Project",
    "Qualification",
    "QualificationItem",
    "SessionFile",
    "Stage",
    "Station",
    "StationRecord",
    "SupplementAgreement",
    "SupplierQuery",
    "Trainee",
    "TrainingSession",
    "TransactionInformation",
    "Visit",
]
