import django.db.models.deletion
import portal.money
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('counties', '0008_county_documents_returns_and_receipts'),
        ('notices', '0003_snapshot_of_the_county_page'),
        ('portal', '0002_append_only_and_chain'),
        ("projects", "0010_contractors_in_full"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bidder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='供应商')),
                ('offer', portal.money.MoneyField(decimal_places=2, max_digits=18, verbose_name='最终报价（元）')),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='得分')),
                ('rank', models.PositiveSmallIntegerField(verbose_name='排名')),
                ('is_consortium', models.BooleanField(default=False, verbose_name='联合体')),
            ],
            options={
                'verbose_name': '参加采购的供应商',
                'ordering': ['rank', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.PositiveSmallIntegerField(verbose_name='标段号')),
                ('name', models.CharField(max_length=120, verbose_name='标段名称')),
                ('content_text', models.TextField(blank=True, verbose_name='标段内容')),
                ('budget', portal.money.MoneyField(decimal_places=2, max_digits=18, verbose_name='标段预算（元）')),
                ('status', models.CharField(choices=[('open', '未成交'), ('awarded', '已成交，待资格复核'), ('selected', '已确定承办单位'), ('failed', '流标（终止）')], default='open', max_length=12, verbose_name='状态')),
                ('award_date', models.DateField(blank=True, null=True, verbose_name='成交日期')),
                ('award_amount', portal.money.MoneyField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='成交金额（元）')),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='评审得分')),
                ('is_tied', models.BooleanField(default=False, verbose_name='有条件相同的供应商')),
                ('favours_supplier', models.BooleanField(default=False, verbose_name='同等条件下择定了承担疫情防控保供任务的企业')),
                ('qualified_at', models.DateTimeField(null=True, verbose_name='资格复核时间')),
                ('failed_on', models.DateField(null=True, verbose_name='废标（终止）日期')),
                ('failed_reason', models.TextField(blank=True, verbose_name='废标（终止）理由')),
                ('contract_publicised_on', models.DateField(null=True, verbose_name='合同公告日期')),
                ('contract_url', models.URLField(blank=True, max_length=500, verbose_name='合同公告网址')),
            ],
            options={
                'verbose_name': '标段',
                'ordering': ['procurement', 'no'],
            },
        ),
        migrations.CreateModel(
            name='SupplierQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('query', '质疑'), ('complaint', '投诉')], default='query', max_length=10, verbose_name='类别')),
                ('supplier', models.CharField(max_length=100, verbose_name='提出的供应商')),
                ('received_on', models.DateField(verbose_name='收到日期')),
                ('text', models.TextField(verbose_name='质疑、投诉事项')),
                ('due_on', models.DateField(verbose_name='答复期限')),
                ('outcome', models.CharField(blank=True, choices=[('upheld', '成立'), ('not_upheld', '不成立')], max_length=12, verbose_name='处理结果')),
                ('consequence', models.CharField(blank=True, choices=[('keep', '不改变成交结果，继续采购活动'), ('reopen', '成交结果无效，重新评审'), ('redo', '采购条件须更正，退回拟定、重新公示'), ('fail', '废标（终止），另行重新采购')], max_length=10, verbose_name='对采购活动的处理')),
                ('answer_text', models.TextField(blank=True, verbose_name='答复内容')),
                ('answered_on', models.DateField(null=True, verbose_name='答复日期')),
            ],
            options={
                'verbose_name': '质疑投诉',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='procurement',
            name='again',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='retenders', to='projects.procurement', verbose_name='重新采购自（原采购废标的标段）'),
        ),
        migrations.AddField(
            model_name='procurement',
            name='notice_date',
            field=models.DateField(blank=True, null=True, verbose_name='采购公告日期'),
        ),
        migrations.AddField(
            model_name='procurement',
            name='open_date',
            field=models.DateField(blank=True, null=True, verbose_name='开标（评审）日期'),
        ),
        migrations.AddField(
            model_name='procurement',
            name='platform',
            field=models.CharField(blank=True, max_length=80, verbose_name='公告发布平台'),
        ),
        migrations.AlterField(
            model_name='project',
            name='procurement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='projects.procurement', verbose_name='采购'),
        ),
        migrations.AddConstraint(
            model_name='procurement',
            constraint=models.CheckConstraint(condition=models.Q(('open_date', None), ('notice_date', None), ('open_date__gte', models.F('notice_date')), _connector='OR'), name='procurement_dates_in_order', violation_error_message='开标（评审）日期不能早于采购公告日期'),
        ),
        migrations.AddField(
            model_name='package',
            name='fund_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='counties.fundline', verbose_name='对应资金安排'),
        ),
        migrations.AddField(
            model_name='package',
            name='procurement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='projects.procurement', verbose_name='采购'),
        ),
        migrations.AddField(
            model_name='package',
            name='result_notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='结果公告'),
        ),
        migrations.AddField(
            model_name='package',
            name='winner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='won_packages', to='projects.contractor', verbose_name='成交供应商'),
        ),
        migrations.AddField(
            model_name='bidder',
            name='package',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bidders', to='projects.package'),
        ),
        migrations.AddField(
            model_name='project',
            name='package',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='project', to='projects.package', verbose_name='标段'),
        ),
        migrations.AddField(
            model_name='supplierquery',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人'),
        ),
        migrations.AddField(
            model_name='supplierquery',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.attachment', verbose_name='质疑函（投诉书）'),
        ),
        migrations.AddField(
            model_name='supplierquery',
            name='package',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='queries', to='projects.package', verbose_name='涉及标段'),
        ),
        migrations.AddField(
            model_name='supplierquery',
            name='procurement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='queries', to='projects.procurement', verbose_name='采购'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.UniqueConstraint(fields=('procurement', 'no'), name='one_package_per_number'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gt', 0)), name='package_has_a_budget', violation_error_message='标段预算须大于零'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['awarded', 'selected']), _negated=True), models.Q(('award_amount__gt', 0), ('award_date__isnull', False), ('winner__isnull', False)), _connector='OR'), name='A_122_package_awarded_iff_complete', violation_error_message='成交须有成交日期、供应商和金额（规则 A-122）'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(('award_amount', None), ('award_amount__lte', models.F('budget')), _connector='OR'), name='A_122_award_within_the_package_budget', violation_error_message='成交金额不能超过标段预算（规则 A-122）'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('qualified_at__isnull', False), ('status', 'selected')), models.Q(models.Q(('status', 'selected'), _negated=True), ('qualified_at', None)), _connector='OR'), name='package_selected_iff_dated', violation_error_message='确定承办单位须有资格复核时间'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failed_on__isnull', False), ('status', 'failed'), models.Q(('failed_reason', ''), _negated=True)), models.Q(models.Q(('status', 'failed'), _negated=True), ('failed_on', None), ('failed_reason', '')), _connector='OR'), name='A_122_failed_package_has_a_reason', violation_error_message='废标（终止）须写明日期和理由（规则 A-122）'),
        ),
        migrations.AddConstraint(
            model_name='bidder',
            constraint=models.CheckConstraint(condition=models.Q(('offer__gt', 0), ('rank__gte', 1)), name='bidder_has_offer_and_rank', violation_error_message='报价须大于零，排名从 1 起'),
        ),
        migrations.AddConstraint(
            model_name='supplierquery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_text', ''), ('answered_by', None), ('answered_on', None), ('consequence', ''), ('outcome', '')), models.Q(('answered_by__isnull', False), ('answered_on__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('consequence', ''), _negated=True), models.Q(('answer_text', ''), _negated=True)), _connector='OR'), name='A_122_query_answered_iff_complete', violation_error_message='答复质疑、投诉须同时写明结果、处理、内容和答复人（规则 A-122）'),
        ),
        migrations.AddConstraint(
            model_name='supplierquery',
            constraint=models.CheckConstraint(condition=models.Q(('answered_on', None), ('answered_on__gte', models.F('received_on')), _connector='OR'), name='query_dates_in_order', violation_error_message='答复日期不能早于收到日期'),
        ),
    ]
