from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funds", "0007_balances_and_freezes_are_kept_by_the_database")]
    operations = [
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["content_type", "object_id"], name="funds_posting_by_subject"),
        )
    ]
