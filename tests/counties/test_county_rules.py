"""示范县自身的规则：配套、领导小组、制度、公开专栏、负面清单。"""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from counties.models import County, CountyDocument, FundLine
from counties.rules import county as rules
from disclosure.column import completeness, seven_classes
from disclosure.demonstration import LINES, fund_lines
from portal.models import Event
from portal.rules import UPHELD, Refused
from tests import builders


def test_A_307_less_matching_than_promised_needs_a_reason(cast):
    plan = builders.draft_plan(cast)
    County.objects.filter(pk=cast.county.pk).update(matching_promised=plan.total_matching + 1)
    with pytest.raises(Refused, match="少 1.00 元.*A-307"):
        plan.send(by=cast.clerk)
    plan.send(by=cast.clerk, reason="省级统筹资金抵减")
    assert Event.objects.about(plan).last().excused == ["A-307"]


def test_A_307_the_promise_is_not_lowered_once_a_plan_is_drafted(cast):
    cast.county.edit(by=cast.clerk, matching_promised=Decimal(100))
    builders.draft_plan(cast)
    with pytest.raises(Refused, match="A-307"):
        cast.county.edit(by=cast.clerk, matching_promised=Decimal(99))


def test_A_402_the_leading_group_is_on_file(cast):
    _named_until_on_file(cast, rules.leading_group_is_on_file)


def test_A_403_the_duties_are_on_file(cast):
    _named_until_on_file(cast, rules.duties_are_on_file)


def test_A_210_the_training_rules_are_on_file(cast):
    _named_until_on_file(cast, rules.training_rules_are_on_file)


def test_A_491_the_integrity_rules_are_on_file(cast):
    _named_until_on_file(cast, rules.integrity_rules_are_on_file)


def _named_until_on_file(cast, rule):
    kind = next(kind for kind, id in CountyDocument.BASIS.items() if id == rule.id)
    assert [breach.wrong for breach in rule(cast.county)] == [f"县级文件中还没有“{kind.label}”"]
    _register(cast, kind)
    assert not rule(cast.county)


def test_A_404_no_agreement_before_both_management_rules_are_public(cast):
    project = builders.selected_project(cast)
    agreement = builders.story().accepted_agreement(project)
    CountyDocument.objects.of_kind("project_rules").update(published_on=None)
    with pytest.raises(Refused, match="《项目管理办法》尚未公开.*A-404"):
        agreement.sign(by=cast.government)
    CountyDocument.objects.get(kind="project_rules").publish(by=cast.clerk, site_url="https://example.invalid/")
    agreement.sign(by=cast.government)
    assert agreement.status == "signed"


def test_A_404_a_published_document_stands_on_the_county_site(cast):
    document = _register(cast, "fund_rules")
    with pytest.raises(IntegrityError, match="A_404"), transaction.atomic():
        CountyDocument.objects.filter(pk=document.pk).update(published_on=builders.START)


def test_A_442_no_filing_without_the_column_of_the_county(cast):
    s = builders.story(builders.LUYI)
    plan = s.draft()
    s.send(plan), s.opinions(plan, "county"), s.approve(plan), s.over(plan.notice)
    url = cast.direct_county.column_url
    County.objects.filter(pk=cast.direct_county.pk).update(column_url="")
    with pytest.raises(Refused, match="A-442"):
        s.file(type(plan).objects.get(pk=plan.pk))
    County.objects.filter(pk=cast.direct_county.pk).update(column_url=url or "https://example.invalid/")
    assert s.file(type(plan).objects.get(pk=plan.pk)).doc_no


def test_A_444_B_611_B_712_seven_classes_in_one_column_fill_from_the_records(cast):
    assert not any(shown for _, _, shown in completeness(cast.county))
    builders.recorded_plan(cast)
    assert [sign for sign, _, shown in completeness(cast.county) if shown] == ["①", "③", "④"]
    assert [row.sign for row in seven_classes(cast.county) if row.is_complete] == ["①", "③", "④"]
    assert not any(shown for _, _, shown in completeness(cast.neighbour_county))


def test_B_604_A_411_no_project_starts_without_its_time_limits(cast):
    project = builders.selected_project(cast)
    project.edit(by=cast.clerk, planned_start=None)
    with pytest.raises(Refused, match="请填写计划开工日期.*A-411"):
        project.start(by=cast.government)
    assert "projects.models.project.Project.start" in UPHELD["B-604"]


@pytest.mark.parametrize("entry", ["N1", "N2", "N3", "N4", "N5", "N6"])
def test_B_303_B_305_a_line_on_the_negative_list_cannot_be_entered(cast, entry):
    assert entry not in FundLine.Expense.values
    plan = builders.draft_plan(cast)
    row = fund_lines(LINES[:1])[0] | {"expense": entry}
    with pytest.raises(IntegrityError, match="A_303"), transaction.atomic():
        plan.edit_lines(by=cast.clerk, revision=plan.lines_revision, lines=[row])
    assert "counties.models.plan.Plan.edit_lines" in UPHELD["B-305"]


def _register(cast, kind):
    from disclosure.demonstration import pdf
    from portal.models import Attachment

    file = Attachment.keep(pdf("文件.pdf"), region=cast.county.region, by=cast.clerk)
    return CountyDocument.register(
        cast.county, by=cast.clerk, kind=kind, title="文件（演示）", issued_on=builders.START, file=file
    )
