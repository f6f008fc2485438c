import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0021_each_procurement_has_a_package"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='procurement',
            name='A_122_awarded_iff_complete',
        ),
        migrations.RemoveConstraint(
            model_name='procurement',
            name='procurement_selected_iff_dated',
        ),
        migrations.RemoveConstraint(
            model_name='project',
            name='project_started_iff_dated',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='award_amount',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='award_date',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='favours_supplier',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='fund_line',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='is_tied',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='qualified_at',
        ),
        migrations.RemoveField(
            model_name='procurement',
            name='winner',
        ),
        migrations.AddConstraint(
            model_name='procurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['awarded', 'selected']), _negated=True), models.Q(('procurement_no', ''), _negated=True), _connector='OR'), name='A_122_awarded_procurement_has_its_number', violation_error_message='成交前须登记采购编号（规则 A-122）'),
        ),
        migrations.AlterField(
            model_name='project',
            name='package',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='project', to='projects.package', verbose_name='标段'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('started_on', None), ('status', 'preparing')), ('status', 'stopped'), models.Q(models.Q(('status', 'preparing'), _negated=True), ('started_on__isnull', False)), _connector='OR'), name='project_started_iff_dated', violation_error_message='已开工的项目须有开工日期'),
        ),
    ]
