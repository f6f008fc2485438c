"""批次：one year's programme, and every number that the next notice may change."""

from decimal import Decimal

from django.db import models


class Batch(models.Model):
    """One year's programme. A number that the next notice may change is a field here."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    label = models.CharField("批次", max_length=30)
    doc_no = models.CharField("认定文号", max_length=40)
    doc_date = models.DateField("认定日期")
    min_logistics_share = models.DecimalField("物流最低占比", max_digits=5, decimal_places=4, default=Decimal("0.3"))
    min_produce_share = models.DecimalField("产品进城最低占比", max_digits=5, decimal_places=4, default=Decimal("0.3"))
    min_goods_share = models.DecimalField("工业品下乡最低占比", max_digits=5, decimal_places=4, default=Decimal("0.2"))
    plan_filing_deadline = models.DateField("方案报备截止")
    publicity_workdays = models.PositiveSmallIntegerField("公示期（工作日）", default=5)
    acceptance_workdays = models.PositiveSmallIntegerField("验收办结（工作日）", default=10)
    acceptance_amber_workday = models.PositiveSmallIntegerField("验收预警（第几个工作日）", default=7)
    acceptance_receipt_workdays = models.PositiveSmallIntegerField("自动视为收到（工作日）", default=2)
    panel_minimum = models.PositiveSmallIntegerField("验收组最少人数", default=3)
    credit_check_days = models.PositiveSmallIntegerField("信用查询有效（天）", default=30)
    receipt_workdays = models.PositiveSmallIntegerField("省级回执（工作日）", default=5)
    receipt_silence_workdays = models.PositiveSmallIntegerField("省级未答复视为收到（工作日）", default=10)
    correction_workdays = models.PositiveSmallIntegerField("补正期限（工作日）", default=5)
    report_due_day = models.PositiveSmallIntegerField("月报截止日", default=5)

    class Meta:
        verbose_name = "批次"
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year}年{self.label}"
