"""When a publication was first seen at the page's public address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("status", "0002_component_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="seen_at",
            field=models.DateTimeField(
                blank=True, help_text="When the page's public address was first seen to serve it.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="publication",
            name="error",
            field=models.CharField(blank=True, help_text="Empty: it is in the publish folder.", max_length=500),
        ),
    ]
