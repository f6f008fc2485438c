from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan, PlanOpinion
from projects.models.information import TransactionInformation
from projects.models.procurement import Procurement
from projects.models.project import Project
from projects.models.supplement import SupplementAgreement

__all__ = [
    "Agreement",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "Licence",
    "PlanOpinion",
    "Procurement",
    "Project",
    "Stage",
    "SupplementAgreement",
    "TransactionInformation",
]
