from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.information import Activity, InformationAccess, InformationVersion, TransactionInformation
from projects.models.procurement import Procurement
from projects.models.project import Project

__all__ = [
    "Activity",
    "Agreement",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "InformationAccess",
    "InformationVersion",
    "Licence",
    "Procurement",
    "Project",
    "Stage",
    "TransactionInformation",
]
