from counties.models.application import (
    ApplicationSection,
    ApplicationTarget,
    CityOpinion,
    CountyApplication,
    Score,
    SupportYear,
)
from counties.models.batch import Batch
from counties.models.county import County, Liaison
from counties.models.documents import CountyDocument
from counties.models.filing import Filing
from counties.models.lines import FundLine
from counties.models.plan import Plan
from counties.models.recommendation import CityRecommendation, Signature
from counties.models.returns import ReturnPoint
from counties.models.review import Bureau, Review
from counties.models.round import Decision, Round
from counties.models.workplan import PlanSection, PlanTarget, Section, Target

__all__ = [
    "ApplicationSection",
    "ApplicationTarget",
    "Batch",
    "Bureau",
    "CityOpinion",
    "CityRecommendation",
    "County",
    "CountyApplication",
    "CountyDocument",
    "Decision",
    "Filing",
    "FundLine",
    "Liaison",
    "Plan",
    "PlanSection",
    "PlanTarget",
    "ReturnPoint",
    "Review",
    "Round",
    "Score",
    "Section",
    "Signature",
    "SupportYear",
    "Target",
]
