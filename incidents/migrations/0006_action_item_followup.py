import django.core.validators
import django.db.models.deletion
import incidents.codes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0005_stored_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'calendar addresses',
            },
        ),
        migrations.CreateModel(
            name='ClosurePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('p0_days', models.PositiveIntegerField(default=7, help_text='Days.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)])),
                ('p1_days', models.PositiveIntegerField(default=30, help_text='Days.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)])),
                ('p2_days', models.PositiveIntegerField(default=60, help_text='Days.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)])),
                ('p3_days', models.PositiveIntegerField(default=90, help_text='Days.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)])),
            ],
            options={
                'verbose_name_plural': 'closure policies',
            },
        ),
        migrations.CreateModel(
            name='ItemNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('half', 'Half of the time has passed'), ('most', 'Four fifths of the time have passed'), ('due', 'It is due'), ('overdue', 'It is overdue'), ('escalated', 'Overdue for a week'), ('escalated_again', 'Overdue for two weeks'), ('unowned', 'It has no owner'), ('digest', 'Weekly digest'), ('lead_digest', 'Weekly digest for leads')], max_length=32)),
                ('fell_due_on', models.DateField()),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ItemVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('prevented', 'Would have prevented it'), ('shortened', 'Would have shortened it'), ('unrelated', 'Would have changed nothing')], max_length=32)),
                ('given_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('query', models.CharField(blank=True, help_text='The filters, as in the address.', max_length=1000)),
                ('is_shared', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TrackerDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tracker', models.CharField(choices=[('github', 'GitHub'), ('gitlab', 'GitLab'), ('jira', 'Jira')], max_length=32)),
                ('key', models.CharField(help_text="The tracker's own id of the message, or its digest.", max_length=128)),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'tracker deliveries',
            },
        ),
        migrations.CreateModel(
            name='TrackerHook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tracker', models.CharField(choices=[('github', 'GitHub'), ('gitlab', 'GitLab'), ('jira', 'Jira')], max_length=32)),
                ('code', models.CharField(default=incidents.codes.new_code, editable=False, max_length=32, unique=True, validators=[django.core.validators.RegexValidator('^[0-9a-z]{1,32}\\Z', 'A code is made of 0-9 and a-z.')])),
                ('nonce', models.CharField(blank=True, max_length=64)),
                ('secret_digest', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField()),
                ('last_heard_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['tracker'],
            },
        ),
        migrations.AddField(
            model_name='actionitem',
            name='cause',
            field=models.CharField(blank=True, help_text='A tag, such as expired certificate.', max_length=64),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='due_moves',
            field=models.PositiveIntegerField(default=0, help_text='How often the due date was moved.'),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='evidence',
            field=models.TextField(blank=True, help_text='What shows that it is done.'),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='first_due_on',
            field=models.DateField(blank=True, help_text='Before it was first moved.', null=True),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='from_line',
            field=models.CharField(blank=True, help_text="The postmortem's line that it was made from.", max_length=255),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='metric',
            field=models.CharField(blank=True, choices=[('', 'None'), ('ttd', 'TTD'), ('ttr', 'TTR')], default='', max_length=32),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='public_title',
            field=models.CharField(blank=True, help_text='Its wording in public; empty: the title.', max_length=255),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='tracker_key',
            field=models.CharField(blank=True, editable=False, help_text='What a tracker calls it by.', max_length=500),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='verified_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='verified_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verified_action_items', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='wont_do_reason',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='incident',
            name='cause',
            field=models.CharField(blank=True, help_text='A tag, such as expired certificate; internal.', max_length=64),
        ),
        migrations.AlterField(
            model_name='actionitem',
            name='tracker_url',
            field=models.CharField(blank=True, help_text='An address, or a Jira key.', max_length=500),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(condition=models.Q(('tracker_key', ''), _negated=True), fields=['tracker_key'], name='actionitem_tracked'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(('metric__in', ['', 'ttd', 'ttr'])), name='actionitem_metric_known', violation_error_message='Metric must be one of: , ttd, ttr.'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verified_at__isnull', True), ('verified_by__isnull', True)), models.Q(('status', 'done'), ('verified_at__isnull', False), ('verified_by__isnull', False), models.Q(('evidence', ''), _negated=True)), _connector='OR'), name='actionitem_verified_is_done', violation_error_message='Only an action item that is done, with its evidence, can be verified.'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), ('owner__isnull', True), models.Q(('verified_by', models.F('owner')), _negated=True), _connector='OR'), name='actionitem_verified_by_another', violation_error_message='Somebody else than the owner has to verify an action item.'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_moves', 0), ('first_due_on__isnull', True)), models.Q(('due_moves__gt', 0), ('first_due_on__isnull', False)), _connector='OR'), name='actionitem_moved_has_first_due', violation_error_message='A due date that was moved keeps the first one.'),
        ),
        migrations.AddField(
            model_name='calendaraddress',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_addresses', to='incidents.page'),
        ),
        migrations.AddField(
            model_name='calendaraddress',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_addresses', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='closurepolicy',
            name='leads',
            field=models.ManyToManyField(blank=True, related_name='leads_pages', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='closurepolicy',
            name='page',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='closure_policy', to='incidents.page'),
        ),
        migrations.AddField(
            model_name='itemnotice',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='incidents.actionitem'),
        ),
        migrations.AddField(
            model_name='itemnotice',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='item_notices', to='incidents.page'),
        ),
        migrations.AddField(
            model_name='itemnotice',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='item_notices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='itemverdict',
            name='given_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='itemverdict',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='item_verdicts', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='itemverdict',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='incidents.actionitem'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='incidents.page'),
        ),
        migrations.AddConstraint(
            model_name='trackerdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('tracker__in', ['github', 'gitlab', 'jira'])), name='trackerdelivery_tracker_known', violation_error_message='Tracker must be one of: github, gitlab, jira.'),
        ),
        migrations.AddConstraint(
            model_name='trackerdelivery',
            constraint=models.UniqueConstraint(fields=('tracker', 'key'), name='trackerdelivery_once'),
        ),
        migrations.AddField(
            model_name='trackerhook',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tracker_hooks', to='incidents.page'),
        ),
        migrations.AddConstraint(
            model_name='calendaraddress',
            constraint=models.UniqueConstraint(fields=('page', 'user'), name='calendaraddress_one_each'),
        ),
        migrations.AddConstraint(
            model_name='closurepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('p0_days__gte', 1), ('p0_days__lte', 3650)), name='closurepolicy_p0_days_in_range', violation_error_message='Give between 1 and 3650 days.'),
        ),
        migrations.AddConstraint(
            model_name='closurepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('p1_days__gte', 1), ('p1_days__lte', 3650)), name='closurepolicy_p1_days_in_range', violation_error_message='Give between 1 and 3650 days.'),
        ),
        migrations.AddConstraint(
            model_name='closurepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('p2_days__gte', 1), ('p2_days__lte', 3650)), name='closurepolicy_p2_days_in_range', violation_error_message='Give between 1 and 3650 days.'),
        ),
        migrations.AddConstraint(
            model_name='closurepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('p3_days__gte', 1), ('p3_days__lte', 3650)), name='closurepolicy_p3_days_in_range', violation_error_message='Give between 1 and 3650 days.'),
        ),
        migrations.AddConstraint(
            model_name='itemnotice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['half', 'most', 'due', 'overdue', 'escalated', 'escalated_again', 'unowned', 'digest', 'lead_digest'])), name='itemnotice_kind_known', violation_error_message='Kind must be one of: half, most, due, overdue, escalated, escalated_again, unowned, digest, lead_digest.'),
        ),
        migrations.AddConstraint(
            model_name='itemnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('item__isnull', False)), fields=('item', 'recipient', 'kind', 'fell_due_on'), name='itemnotice_once_of_item'),
        ),
        migrations.AddConstraint(
            model_name='itemnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('item__isnull', True)), fields=('page', 'recipient', 'kind', 'fell_due_on'), name='itemnotice_once_of_page'),
        ),
        migrations.AddConstraint(
            model_name='itemverdict',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['prevented', 'shortened', 'unrelated'])), name='itemverdict_verdict_known', violation_error_message='Verdict must be one of: prevented, shortened, unrelated.'),
        ),
        migrations.AddConstraint(
            model_name='itemverdict',
            constraint=models.UniqueConstraint(fields=('item', 'incident'), name='itemverdict_once'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('page', 'owner', 'name'), name='savedview_named_once', violation_error_message='You have a view of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='trackerhook',
            constraint=models.CheckConstraint(condition=models.Q(('tracker__in', ['github', 'gitlab', 'jira'])), name='trackerhook_tracker_known', violation_error_message='Tracker must be one of: github, gitlab, jira.'),
        ),
        migrations.AddConstraint(
            model_name='trackerhook',
            constraint=models.UniqueConstraint(fields=('page', 'tracker'), name='trackerhook_one_each'),
        ),
        migrations.AddConstraint(
            model_name='trackerhook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('secret_digest', ''), ('tracker', 'github'), models.Q(('nonce', ''), _negated=True)), models.Q(('nonce', ''), ('tracker', 'gitlab'), models.Q(('secret_digest', ''), _negated=True)), _connector='OR'), name='trackerhook_has_secret'),
        ),
    ]
