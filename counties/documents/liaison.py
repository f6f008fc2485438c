"""F-26 信息联络员备案表 (25号 四（五）)."""

from counties.documents.parts import THE_THREE, day, record_url
from portal import clock
from portal.documents import OfficialDocument, Table, Text


def liaison_record(county):
    """备案表：who reports for the county. The telephone stands in full: the paper goes to the province only."""
    liaison = county.liaison()
    region = county.region
    rows = (
        ("示范县", f"{region.parent.name}{region.name}"),
        ("姓名", liaison.name if liaison else "尚未明确"),
        ("单位和职务", liaison.post if liaison else ""),
        ("联系电话", liaison.phone if liaison else ""),
        ("任期自", day(liaison.since) if liaison else ""),
    )
    return OfficialDocument(
        issuers=(f"{region.name}人民政府",),
        title=f"{region.name}电子商务进农村综合示范信息联络员备案表",
        recipients=THE_THREE[:1],
        upward=False,
        letter=True,
        body=(
            Text(f"按照{county.batch.doc_no}要求，我县明确下列人员为信息联络员，报请备案。"),
            Table(("项目", "内容"), rows),
        ),
        on=clock.today(),
        qr_url=record_url(county),
        source=f"{region.name} · 信息联络员",
    )
