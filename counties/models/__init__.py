from counties.models.batch import Batch, County, Liaison
from counties.models.plan import Bureau, Filing, FundLine, Plan, Review

__all__ = ["Batch", "Bureau", "County", "Filing", "FundLine", "Liaison", "Plan", "Review"]
