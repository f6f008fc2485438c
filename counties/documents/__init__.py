"""Official documents of this room, one module for each form (domain/documents.md 7.1)."""

from counties.documents.change import change_report
from counties.documents.filing_report import filing_report
from counties.documents.liaison import liaison_record
from counties.documents.opinion import review_opinion
from counties.documents.publicity import publicity_notice
from counties.documents.receipt import filing_receipt

# form → (its name, what makes it out of a plan); which of them a plan has, `papers_of` says.
PAPERS = {
    "F-04": ("方案公示", publicity_notice),
    "F-05": ("方案审核意见", review_opinion),
    "F-06": ("备案报告", filing_report),
    "F-08": ("变更报告和变更对照表", change_report),
}


def papers_of(plan):
    """(form, name) of the papers that this plan can have: only a change has a change report, only a city an opinion."""
    without = {"F-05"} if plan.is_direct else set()
    without |= set() if plan.is_change else {"F-08"}
    return [(form, name) for form, (name, _) in PAPERS.items() if form not in without]


__all__ = ["PAPERS", "filing_receipt", "filing_report", "liaison_record", "papers_of"]
