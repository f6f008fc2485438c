from counties.models.batch import Batch
from counties.models.county import County, Liaison
from counties.models.documents import CountyDocument
from counties.models.filing import Filing
from counties.models.lines import FundLine
from counties.models.plan import Plan
from counties.models.returns import ReturnPoint
from counties.models.review import Bureau, Review
from counties.models.workplan import Section, Target

__all__ = [
    "Batch",
    "Bureau",
    "County",
    "CountyDocument",
    "Filing",
    "FundLine",
    "Liaison",
    "Plan",
    "ReturnPoint",
    "Review",
    "Section",
    "Target",
]
