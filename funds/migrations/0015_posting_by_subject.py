from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funds", "0011_receipts_and_matching_money_are_guarded")]
    operations = [
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["content_type", "object_id"], name="funds_posting_by_subject"),
        )
    ]
