"""现场查验：the panel, what it found item by item, and how what failed was put right."""

from django.db import models, transaction
from django.db.models import Q

from acceptance.models.checklist import CheckItem
from acceptance.rules import checklist as checks
from acceptance.rules import panel as panels
from portal import clock
from portal.flow import Flow
from portal.models import Attachment
from portal.rules import STILL_THERE, Breach, Refused, enforce, upholds


class Inspected(Flow):
    """The deeds of an application between the forming of the panel and its conclusion, and of the rectification."""

    class Meta:
        abstract = True

    def checklist_with_photos(self):
        """The items, read once with their photographs; `hold` forgets them, so a deed judges what is stored."""
        models.prefetch_related_objects([self], "checklist__photos")
        return self.checklist.all()

    def refuse_unless_inspecting(self):
        if self.status != self.Status.INSPECTING:
            raise Refused(Breach(STILL_THERE, f"申请当前为“{self.get_status_display()}”，现场查验期间才能办理"))

    @transaction.atomic
    def change_member(self, member, *, by, reason, name, organisation, duty):
        """作出结论之前更换验收组成员，须写明理由；人数和回避的要求不变。"""
        self.hold()
        self.refuse_unless_inspecting()
        was = str(member)
        member.name, member.organisation, member.duty, member.signed_on = name, organisation, duty, None
        member.save()
        enforce([panels.panel_of_three_without_the_contractor], self)
        self.record("更换验收组成员", by=by, reason=reason, data={"member": [was, str(member)]})

    @transaction.atomic
    def sign(self, member, *, by):
        """登记验收组成员已在验收报告上签字。"""
        self.hold()
        if self.status not in (self.Status.INSPECTING, *self.CONCLUDED):
            raise Refused(Breach(STILL_THERE, f"申请当前为“{self.get_status_display()}”，不能登记签字"))
        if self.panel.filter(pk=member.pk, signed_on=None).update(signed_on=clock.today()):
            self.record(f"验收组成员{member}签字", by=by)

    @transaction.atomic
    def fill_checklist(self, *, by, found):
        """验收组逐项填写查验结果。`found`: number of the item → actual, met, not_applicable, remark, photos."""
        self.hold()
        self.refuse_unless_inspecting()
        items, changed = list(self.checklist.all()), {}
        for item in items:
            said = item.take(found.get(item.no, {}))
            if said:
                changed[item.title] = said
        if wrong := checks.unexplained(items):
            raise Refused(*(Breach(checks.what_does_not_apply_is_explained, words) for words in wrong))
        for item in items:
            item.save(update_fields=CheckItem.FOUND)
            item.photos.add(*found.get(item.no, {}).get("photos", ()))
        if changed:
            self.record("填写验收清单", by=by, data=changed)

    def refuse_unless_to_rectify(self):
        if self.status not in self.TO_RECTIFY:
            raise Refused(Breach(STILL_THERE, f"申请当前为“{self.get_status_display()}”，没有需要整改的内容"))

    def files(self):
        """Everything that was uploaded to this application, by whomever."""
        own = Q(pk__in=self.evidence.values("pk")) | Q(pk=self.signage_photo_id)
        found = Q(pk__in=self.checklist.values("photos")) | Q(pk__in=self.checklist.values("remedy_files"))
        return Attachment.objects.filter(own | found | Q(pk__in=self.rectification_files.values("pk")))

    @upholds("A-146")
    @transaction.atomic
    def rectify(self, *, by, text, files=(), remedies=None):
        """不合格（或抽查不通过）的，承办单位逐项说明整改情况、上传材料；第一次填写即转入整改中。

        `remedies`: number of the failed item → text, files.
        """
        self.hold()
        self.refuse_unless_to_rectify()
        type(self).objects.filter(pk=self.pk).update(rectification=text)
        self.refresh_from_db()
        self.rectification_files.add(*files)
        said = {}
        for item in self.checklist.all():
            remedy = (remedies or {}).get(item.no)
            if remedy and item.failed:
                item.remedy = remedy["text"]
                item.save(update_fields=["remedy"])
                item.remedy_files.add(*remedy.get("files", ()))
                said[item.title] = item.remedy
        data = {"text": text, "items": said, "files": [file.sha256 for file in files]}
        if self.status == self.Status.FAILED:
            self.move(self.Status.FAILED, self.Status.REOPENED, by=by, words="开始整改", data=data)
        else:
            self.record("补充整改情况", by=by, data=data)


class PanelMember(models.Model):
    """验收组成员。"""

    application = models.ForeignKey("acceptance.Application", models.CASCADE, related_name="panel")
    name = models.CharField("姓名", max_length=40)
    organisation = models.CharField("单位", max_length=80)
    duty = models.CharField("组内职务", max_length=20)
    signed_on = models.DateField("签字日期", null=True)

    class Meta:
        verbose_name = "验收组成员"

    def __str__(self):
        return f"{self.name}（{self.organisation}）"
