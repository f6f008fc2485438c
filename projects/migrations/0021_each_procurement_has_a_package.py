from django.db import migrations


def give_each_procurement_its_package(apps, schema_editor):
    """What was procured so far was one package: it takes over the award and the project."""
    Procurement, Package, Project = (apps.get_model("projects", name) for name in ("Procurement", "Package", "Project"))
    for procurement in Procurement.objects.order_by("pk"):
        status = procurement.status if procurement.status in ("awarded", "selected", "failed") else "open"
        failed = {"failed_on": _last_day(apps, procurement), "failed_reason": "废标（终止）"} if status == "failed" else {}
        package = Package.objects.create(
            procurement=procurement,
            no=1,
            name=procurement.name,
            fund_line_id=procurement.fund_line_id,
            budget=procurement.budget,
            status=status,
            award_date=procurement.award_date,
            award_amount=procurement.award_amount,
            winner_id=procurement.winner_id,
            is_tied=procurement.is_tied,
            favours_supplier=procurement.favours_supplier,
            qualified_at=procurement.qualified_at,
            **failed,
        )
        Project.objects.filter(procurement=procurement).update(package=package)


def _last_day(apps, procurement):
    """The day of the last deed on record (no deed of the portal has ever failed a procurement)."""
    Event, Kind = apps.get_model("portal", "Event"), apps.get_model("contenttypes", "ContentType")
    kind = Kind.objects.get(app_label="projects", model="procurement")
    return Event.objects.filter(content_type_id=kind.pk, object_id=procurement.pk).latest("pk").at.date()


def give_the_award_back(apps, schema_editor):
    Package, Procurement = apps.get_model("projects", "Package"), apps.get_model("projects", "Procurement")
    for package in Package.objects.filter(no=1):
        Procurement.objects.filter(pk=package.procurement_id).update(
            fund_line_id=package.fund_line_id,
            award_date=package.award_date,
            award_amount=package.award_amount,
            winner_id=package.winner_id,
            is_tied=package.is_tied,
            favours_supplier=package.favours_supplier,
            qualified_at=package.qualified_at,
        )


class Migration(migrations.Migration):

    dependencies = [("projects", "0020_packages_bidders_and_queries"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(give_each_procurement_its_package, give_the_award_back)]
