from counties.models.batch import Batch
from counties.models.county import County, Liaison
from counties.models.filing import Filing
from counties.models.lines import FundLine
from counties.models.plan import Plan
from counties.models.review import Bureau, Review
from counties.models.workplan import PlanSection, PlanTarget, Section, Target

__all__ = [
    "Batch",
    "Bureau",
    "County",
    "Filing",
    "FundLine",
    "Liaison",
    "Plan",
    "PlanSection",
    "PlanTarget",
    "Review",
    "Section",
    "Target",
]
