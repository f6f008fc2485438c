from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.asset import Asset
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.imports import Import
from projects.models.information import TransactionInformation
from projects.models.procurement import Procurement
from projects.models.project import Project
from projects.models.station import Station

__all__ = [
    "Agreement",
    "Asset",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "Import",
    "Licence",
    "Procurement",
    "Project",
    "Stage",
    "Station",
    "TransactionInformation",
]
