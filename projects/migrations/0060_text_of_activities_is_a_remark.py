from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0052_finished_project_is_dated")]
    operations = [
        migrations.RemoveConstraint("transactioninformation", "information_nil_means_nothing"),
        migrations.RemoveConstraint("transactioninformation", "information_farm_within_online"),
        migrations.RenameField("transactioninformation", "activities", "remark"),
    ]
