"""批次的数字和依据：each number of a batch with the clause that it comes from, in the order of the pages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    field: str
    clause: str
    rules: tuple[str, ...] = ()
    is_share: bool = False


GROUPS = (
    (
        "批次",
        (
            Figure("year", "25号 首段"),
            Figure("label", "25号 首段"),
            Figure("doc_no", "25号 首段：名单确定的通知文号；名单公布时登记", ("A-001",)),
            Figure("doc_date", "25号 首段", ("A-001",)),
        ),
    ),
    (
        "申报",
        (
            Figure("apply_deadline", "35号 四：申报截止时间为5月27日（24:00），逾期视为自动放弃", ("C-401",)),
            Figure("ministry_deadline", "48号 五（二）：5月29日前报三部门，逾期视为自动放弃", ("B-505",)),
            Figure("n_prealloc", "48号 五（一）：按因素预分配资金和县数", ("B-501",)),
            Figure("cap_ratio", "48号 五（二）：申报数不超过预分配数的150%", ("B-502",)),
            Figure("poverty_numerator", "48号 四、35号 一（一）：贫困县原则上不少于1/3", ("B-402", "C-102")),
            Figure("poverty_denominator", "48号 四、35号 一（一）", ("B-402", "C-102")),
            Figure("poverty_ratio_is_hard", "“原则上”由省级参数改为硬性", ("B-402", "C-102")),
            Figure("quota_threshold", "35号 三（一）：下辖6个县以上（含6个，不包括城市区）", ("C-301", "C-302")),
            Figure("quota_large", "35号 三（一）：推荐数量不超过2个县", ("C-301",)),
            Figure("quota_small", "35号 三（一）：下辖5个县以下的，可推荐1个县", ("C-302",)),
            Figure("quota_counts_direct", "35号 三（一）：10个省直管县自愿申报，不占市名额", ("C-303",)),
            Figure("second_apply_rate", "35号 一（二）：拨付率达到90%以上", ("C-103", "B-405"), True),
            Figure("second_apply_excluded_years", "35号 一（二）：不包括2019年下达的资金", ("C-103",)),
            Figure("basically_complete_rate", "35号 一（二）：项目验收基本完成", ("C-104", "C-203"), True),
        ),
    ),
    (
        "资金安排",
        (
            Figure("min_logistics_share", "25号 二（一）：原则上不低于30%", ("A-204",), True),
            Figure("logistics_share_is_hard", "“原则上”由省级参数改为硬性", ("A-204",)),
            Figure("min_produce_share", "25号 二（二）：原则上不低于30%", ("A-207",), True),
            Figure("produce_share_is_hard", "“原则上”由省级参数改为硬性", ("A-207",)),
            Figure("min_goods_share", "25号 二（三）：原则上不低于20%", ("A-209",), True),
            Figure("goods_share_is_hard", "“原则上”由省级参数改为硬性", ("A-209",)),
            Figure("centre_area_hint", "平台提示，48号 六（三）：不盲目追求“高大上”", ("B-608",)),
        ),
    ),
    (
        "期限",
        (
            Figure("plan_filing_deadline", "25号 一（二）：9月30日前报省备案", ("A-113",)),
            Figure(
                "publicity_workdays", "25号 一（一）、三（二）：公示；通知未定天数，至少5个工作日", ("A-102", "A-314")
            ),
            Figure("acceptance_workdays", "25号 一（四）：10个工作日内组织验收", ("A-145",)),
            Figure("acceptance_amber_workday", "平台预警，25号 一（四）", ("A-145",)),
            Figure("acceptance_receipt_workdays", "平台规定，25号 一（四）", ("A-145",)),
            Figure(
                "acceptance_report_workdays",
                "平台规定（G-16），25号 一（四）：形成验收报告，报省、市主管部门",
                ("A-148",),
            ),
            Figure("panel_minimum", "25号 一（四）：组织验收", ("A-143",)),
            Figure("credit_check_days", "25号 一（三）：没有违法、违规记录", ("A-122",)),
            Figure("receipt_workdays", "平台规定，25号 一（二）：备案回执", ("A-112",)),
            Figure("receipt_silence_workdays", "平台规定，25号 一（二）：省级未答复视为收到", ("A-112",)),
            Figure("correction_workdays", "平台规定，25号 一（二）：退回补正", ("A-112",)),
            Figure("payment_notice_workdays", "平台规定，25号 三（一）：主动公开专项资金分配使用情况", ("A-302",)),
            Figure("payment_slow_days", "平台提示，25号 三（二）：加快资金拨付进度", ("A-317",)),
            Figure("booking_days", "平台规定，25号 三（四）：收到资金后进行账务处理", ("A-333",)),
            Figure("disclosure_workdays", "平台规定，25号 三（一）：主动公开专项资金分配使用情况", ("A-302",)),
            Figure("hearing_workdays", "平台规定，25号 三（三）、三（五）：取消示范资格前听取陈述", ("A-327", "A-347")),
            Figure("recovery_days", "平台规定，25号 三（三）：追回资金", ("A-328",)),
            Figure("report_due_day", "25号 四（五）：每月5日前报送", ("A-456",)),
        ),
    ),
)
EDITABLE = tuple(figure.field for _, figures in GROUPS for figure in figures if figure.field != "year")
CLAUSES = {figure.field: figure.clause for _, figures in GROUPS for figure in figures}
