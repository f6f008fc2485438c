from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.asset import Asset
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.imports import Import
from projects.models.information import Activity, InformationAccess, InformationVersion, TransactionInformation
from projects.models.procurement import Procurement
from projects.models.project import Project
from projects.models.records import HouseholdService, Intake, StationRecord
from projects.models.station import Station
from projects.models.tokens import ApiCall, ApiToken

__all__ = [
    "Activity",
    "Agreement",
    "ApiCall",
    "ApiToken",
    "Asset",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "HouseholdService",
    "Import",
    "InformationAccess",
    "InformationVersion",
    "Intake",
    "Licence",
    "Procurement",
    "Project",
    "Stage",
    "Station",
    "StationRecord",
    "TransactionInformation",
]
