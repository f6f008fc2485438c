from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.information import TransactionInformation
from projects.models.procurement import Procurement
from projects.models.project import Project

__all__ = [
    "Agreement",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "Licence",
    "Procurement",
    "Project",
    "Stage",
    "TransactionInformation",
]
