from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0030_ledgers_of_stations_and_assets_and_their_imports")]
    operations = [
        migrations.RemoveConstraint("transactioninformation", "information_nil_means_nothing"),
        migrations.RemoveConstraint("transactioninformation", "information_farm_within_online"),
        migrations.RenameField("transactioninformation", "activities", "remark"),
    ]
