from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.procurement import Procurement
from projects.models.project import (
    Agreement,
    ContractorPlan,
    Equipment,
    Project,
    Stage,
    TransactionInformation,
)

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
