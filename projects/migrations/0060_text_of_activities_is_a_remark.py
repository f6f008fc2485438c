from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_tie_break_and_stated_amount")]
    operations = [
        migrations.RemoveConstraint("transactioninformation", "information_nil_means_nothing"),
        migrations.RemoveConstraint("transactioninformation", "information_farm_within_online"),
        migrations.RenameField("transactioninformation", "activities", "remark"),
    ]
