from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.information import TransactionInformation
from projects.models.milestone import Milestone
from projects.models.operation import Operation
from projects.models.photo import Photo
from projects.models.procurement import Procurement
from projects.models.progress import Progress
from projects.models.project import Project
from projects.models.tracking import Problem, Visit

__all__ = [
    "Agreement",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "Licence",
    "Milestone",
    "Operation",
    "Photo",
    "Problem",
    "Procurement",
    "Progress",
    "Project",
    "Stage",
    "TransactionInformation",
    "Visit",
]
