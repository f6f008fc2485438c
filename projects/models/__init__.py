from projects.models.agreement import Agreement, Equipment, Stage
from projects.models.contractor import Contractor, CreditCheck, CreditRating, Licence
from projects.models.contractor_plan import ContractorPlan
from projects.models.information import TransactionInformation
from projects.models.package import Bidder, Package
from projects.models.procurement import Procurement
from projects.models.project import Project
from projects.models.supplier_query import SupplierQuery

__all__ = [
    "Agreement",
    "Bidder",
    "Contractor",
    "ContractorPlan",
    "CreditCheck",
    "CreditRating",
    "Equipment",
    "Licence",
    "Package",
    "Procurement",
    "Project",
    "Stage",
    "SupplierQuery",
    "TransactionInformation",
]
