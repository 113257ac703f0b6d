from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0007_action_item_reasons")]

    operations = [
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'wont_do'), models.Q(('wont_do_reason', ''), _negated=True)), models.Q(models.Q(('status', 'wont_do'), _negated=True), ('wont_do_reason', '')), _connector='OR'), name='actionitem_given_up_has_reason', violation_error_message='An action item has a reason for not doing it exactly when it is given up.'),
        ),
    ]
