import django.db.models.deletion
import portal.money
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_people_and_places'),
        ('portal', '0002_append_only_and_chain'),
        ("projects", "0002_tie_break_and_stated_amount"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountOpened',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(max_length=40, verbose_name='联系电话')),
                ('opened_at', models.DateTimeField(verbose_name='开通时间')),
            ],
            options={
                'verbose_name': '账号开通',
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='考核年度')),
                ('score', models.PositiveSmallIntegerField(verbose_name='得分（0—100）')),
                ('reasons', models.TextField(max_length=2000, verbose_name='考核情况和理由')),
                ('assessed_on', models.DateField(verbose_name='考核日期')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤回时间')),
                ('withdrawn_reason', models.TextField(blank=True, verbose_name='撤回理由')),
            ],
            options={
                'verbose_name': '履约考核',
                'ordering': ['-year', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ConsortiumMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_lead', models.BooleanField(default=False, verbose_name='牵头单位')),
                ('share', models.CharField(max_length=200, verbose_name='分工')),
            ],
            options={
                'verbose_name': '联合体成员',
                'ordering': ['-is_lead', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='撤下时间')),
                ('withdrawn_reason', models.TextField(blank=True, editable=False, verbose_name='撤下理由')),
                ('kind', models.CharField(choices=[('experience', '业绩案例'), ('finances', '财务报表'), ('goods', '商品组织'), ('storage', '仓储管理'), ('marketing', '网络营销'), ('stations', '站点运营'), ('finance_system', '财务管理制度'), ('commitment', '无违法违规承诺书'), ('epidemic', '疫情防控保供')], max_length=16, verbose_name='证明内容')),
                ('title', models.CharField(max_length=100, verbose_name='材料名称')),
                ('description', models.TextField(blank=True, max_length=2000, verbose_name='说明')),
            ],
            options={
                'verbose_name': '证明材料',
                'ordering': ['kind', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reviewed_at', models.DateTimeField(null=True, verbose_name='复核时间')),
                ('reason', models.TextField(blank=True, verbose_name='放行理由')),
                ('concluded_at', models.DateTimeField(null=True, verbose_name='通过时间')),
            ],
            options={
                'verbose_name': '资格复核',
            },
        ),
        migrations.CreateModel(
            name='QualificationItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_id', models.CharField(max_length=10, verbose_name='规则')),
                ('fits', models.BooleanField(null=True, verbose_name='符合')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='复核意见')),
            ],
            options={
                'verbose_name': '复核事项',
                'ordering': ['rule_id'],
            },
        ),
        migrations.AddField(
            model_name='contractor',
            name='category_note',
            field=models.CharField(blank=True, max_length=200, verbose_name='类型说明'),
        ),
        migrations.AddField(
            model_name='contractor',
            name='contact_email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱'),
        ),
        migrations.AddField(
            model_name='contractor',
            name='contact_person',
            field=models.CharField(blank=True, max_length=40, verbose_name='联系人'),
        ),
        migrations.AddField(
            model_name='contractor',
            name='contact_phone',
            field=models.CharField(blank=True, max_length=40, verbose_name='联系电话'),
        ),
        migrations.AddField(
            model_name='contractor',
            name='founded_on',
            field=models.DateField(blank=True, null=True, verbose_name='成立日期'),
        ),
        migrations.AddField(
            model_name='contractor',
            name='registered_capital',
            field=portal.money.MoneyField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='注册资本（元）'),
        ),
        migrations.AddField(
            model_name='contractor',
            name='staff_count',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='从业人数（人）'),
        ),
        migrations.AddField(
            model_name='creditcheck',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='portal.attachment', verbose_name='证明文件'),
        ),
        migrations.AddField(
            model_name='creditcheck',
            name='record_on',
            field=models.DateField(blank=True, null=True, verbose_name='违法违规行为认定日期'),
        ),
        migrations.AddField(
            model_name='creditcheck',
            name='still_listed',
            field=models.BooleanField(default=False, verbose_name='目前仍在失信名单上'),
        ),
        migrations.AddField(
            model_name='creditcheck',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='撤下时间'),
        ),
        migrations.AddField(
            model_name='creditcheck',
            name='withdrawn_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='creditcheck',
            name='withdrawn_reason',
            field=models.TextField(blank=True, editable=False, verbose_name='撤下理由'),
        ),
        migrations.AddField(
            model_name='creditrating',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='撤下时间'),
        ),
        migrations.AddField(
            model_name='creditrating',
            name='withdrawn_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='creditrating',
            name='withdrawn_reason',
            field=models.TextField(blank=True, editable=False, verbose_name='撤下理由'),
        ),
        migrations.AddField(
            model_name='licence',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='portal.attachment', verbose_name='证明文件'),
        ),
        migrations.AddField(
            model_name='licence',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='撤下时间'),
        ),
        migrations.AddField(
            model_name='licence',
            name='withdrawn_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='licence',
            name='withdrawn_reason',
            field=models.TextField(blank=True, editable=False, verbose_name='撤下理由'),
        ),
        migrations.AlterField(
            model_name='contractor',
            name='credit_code',
            field=models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码'),
        ),
        migrations.AlterField(
            model_name='creditrating',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='有效期至'),
        ),
        migrations.AddConstraint(
            model_name='contractor',
            constraint=models.UniqueConstraint(condition=models.Q(('credit_code', ''), _negated=True), fields=('credit_code',), name='A_123_one_contractor_per_credit_code', violation_error_message='该统一社会信用代码已登记，不能重复登记（规则 A-123）'),
        ),
        migrations.AddConstraint(
            model_name='contractor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_code', ''), ('form', 'consortium')), models.Q(models.Q(('form', 'consortium'), _negated=True), models.Q(('credit_code', ''), _negated=True)), _connector='OR'), name='A_123_credit_code_of_every_company', violation_error_message='单位须有统一社会信用代码；联合体不填，由各成员分别登记（规则 A-123）'),
        ),
        migrations.AddConstraint(
            model_name='creditcheck',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='creditcheck_withdrawn_with_a_reason', violation_error_message='撤下材料须写明理由'),
        ),
        migrations.AddConstraint(
            model_name='creditcheck',
            constraint=models.CheckConstraint(condition=models.Q(('found_record', True), models.Q(('record_on', None), ('still_listed', False)), _connector='OR'), name='A_130_only_a_hit_has_a_date', violation_error_message='没有查到记录的，不填认定日期和名单情况（规则 A-130）'),
        ),
        migrations.AddConstraint(
            model_name='creditrating',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='creditrating_withdrawn_with_a_reason', violation_error_message='撤下材料须写明理由'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='licence_withdrawn_with_a_reason', violation_error_message='撤下材料须写明理由'),
        ),
        migrations.AddField(
            model_name='accountopened',
            name='contractor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts_opened', to='projects.contractor'),
        ),
        migrations.AddField(
            model_name='accountopened',
            name='opened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='accountopened',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account_opened', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assessment',
            name='assessed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='考核人'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='contractor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='projects.contractor', verbose_name='承办单位'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='portal.attachment', verbose_name='考核材料'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='projects.project', verbose_name='项目'),
        ),
        migrations.AddField(
            model_name='consortiummember',
            name='consortium',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consortium_members', to='projects.contractor'),
        ),
        migrations.AddField(
            model_name='consortiummember',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consortia', to='projects.contractor', verbose_name='成员'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='contractor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='projects.contractor'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='portal.attachment', verbose_name='证明文件'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='withdrawn_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='qualification',
            name='contractor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='projects.contractor', verbose_name='承办单位'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='procurement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='projects.procurement'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人'),
        ),
        migrations.AddField(
            model_name='qualificationitem',
            name='qualification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='projects.qualification'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('project', 'year'), name='A_424_one_assessment_per_project_and_year', violation_error_message='该项目本年度已有履约考核；有误的请先撤回（规则 A-424）'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='A_424_score_within_a_hundred', violation_error_message='得分在 0 至 100 之间（规则 A-424）'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='assessment_withdrawn_with_a_reason', violation_error_message='撤回考核须写明理由'),
        ),
        migrations.AddConstraint(
            model_name='consortiummember',
            constraint=models.UniqueConstraint(fields=('consortium', 'member'), name='one_row_per_consortium_member', violation_error_message='该单位已是联合体成员'),
        ),
        migrations.AddConstraint(
            model_name='consortiummember',
            constraint=models.UniqueConstraint(condition=models.Q(('is_lead', True)), fields=('consortium',), name='A_123_one_lead_per_consortium', violation_error_message='联合体只能有一个牵头单位（规则 A-123）'),
        ),
        migrations.AddConstraint(
            model_name='consortiummember',
            constraint=models.CheckConstraint(condition=models.Q(('consortium', models.F('member')), _negated=True), name='consortium_is_not_its_own_member', violation_error_message='联合体不能是自己的成员'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='evidence_withdrawn_with_a_reason', violation_error_message='撤下材料须写明理由'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('file__isnull', False)), name='A_129_evidence_comes_with_its_file', violation_error_message='证明材料须附文件（规则 A-129）'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.UniqueConstraint(fields=('procurement', 'contractor'), name='one_qualification_per_winner'),
        ),
        migrations.AddConstraint(
            model_name='qualificationitem',
            constraint=models.UniqueConstraint(fields=('qualification', 'rule_id'), name='one_tick_per_item'),
        ),
        migrations.AddConstraint(
            model_name='qualificationitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fits', False), _negated=True), models.Q(('remark', ''), _negated=True), _connector='OR'), name='what_does_not_fit_is_explained', violation_error_message='认定不符合的须写明原因'),
        ),
    ]
