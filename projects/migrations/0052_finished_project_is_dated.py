from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0051_finishing_days_from_the_events"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_on__isnull', False), ('status', 'completed')), models.Q(models.Q(('status', 'completed'), _negated=True), ('finished_on', None)), _connector='OR'), name='project_finished_iff_dated', violation_error_message='已完工的项目（且仅已完工的）须有完工日期'),
        ),
    ]
