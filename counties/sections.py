"""工作方案的章节：the chapters that 48号 附件 and 35号 五（三） demand of a county's work plan.

The work plan of the application round and the 实施方案 after the designation have the same chapters: what won the
round is what is built, and what inspections go by (B-511).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    key: str
    title: str
    hint: str  # what the clerk is asked to write
    rules: tuple[str, ...]  # ids of the clauses that demand it
    only_if_supported_before: bool = False  # 以前年度支持过的示范县


CHAPTERS = (
    Chapter("facts", "基本县情", "人口、乡镇和行政村数、经济、交通、脱贫情况", ("B-706", "C-503")),
    Chapter("industry", "本地特色产业", "主要农产品和特色产业的规模、品牌、销路", ("B-706", "C-503")),
    Chapter("ecommerce", "农村电子商务发展概况", "网络零售、网商、物流、网点、人才现状", ("B-706", "C-503")),
    Chapter(
        "earlier",
        "前期工作总结",
        "前期工作进展、资金进度、政策机制、绩效评价、扶贫带贫或产销对接成效",
        ("B-707", "C-504"),
        only_if_supported_before=True,
    ),
    Chapter(
        "market", "农村现代市场体系和优势产业", "怎样建立完善农村现代市场体系，扶持哪些优势产业", ("B-708", "C-505")
    ),
    Chapter("brand", "品牌", "目标和措施", ("B-708", "C-505")),
    Chapter("standard", "标准", "目标和措施", ("B-708", "C-505")),
    Chapter("quality", "品质控制", "目标和措施", ("B-708", "C-505")),
    Chapter("training", "培训", "目标和措施；突出质量，注重转化和跟踪服务", ("B-708",)),
    Chapter("logistics", "物流", "目标和措施；县乡村三级共同配送", ("B-708",)),
    Chapter("finance", "金融", "目标和措施", ("B-708",)),
    Chapter("mechanism", "资源整合与可持续运营", "市场化、可持续发展机制的具体举措", ("B-709", "C-506")),
    Chapter("poverty", "脱贫攻坚", "工作措施和带贫机制", ("C-507",)),
    Chapter("supervision", "项目建设监督机制", "责任、检查、问责的安排", ("C-507",)),
)
BY_KEY = {chapter.key: chapter for chapter in CHAPTERS}


def wanted(supported_before: bool) -> list[Chapter]:
    """The chapters that this county has to write."""
    return [chapter for chapter in CHAPTERS if supported_before or not chapter.only_if_supported_before]


def demanded_by(rule_id: str, supported_before: bool) -> list[Chapter]:
    """Those of them that the clause `rule_id` demands."""
    return [chapter for chapter in wanted(supported_before) if rule_id in chapter.rules]


def chapters_missing(rule_id, work_plan) -> list[str]:
    """Of any work plan with `.sections` and `.was_supported_before`: the demanded chapters that are still empty."""
    written = {section.key for section in work_plan.sections.all() if section.text.strip()}
    conditional = any(chapter.only_if_supported_before and rule_id in chapter.rules for chapter in CHAPTERS)
    demanded = demanded_by(rule_id, conditional and work_plan.was_supported_before)  # asked only where it matters
    missing = [chapter for chapter in demanded if chapter.key not in written]
    return [f"“{chapter.title}”一章尚未填写" for chapter in missing]


def directions_without_target(work_plan) -> list[str]:
    """Of any work plan with `.targets`: the directions that have no quantified target yet."""
    aimed = {target.direction for target in work_plan.targets.all()}
    directions = work_plan.targets.model._meta.get_field("direction").choices
    return [f"“{label}”还没有可量化、可考核的目标" for value, label in directions if value not in aimed]
