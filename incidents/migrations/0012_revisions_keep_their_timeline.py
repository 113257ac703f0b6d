"""What was assembled of the timeline stays with each revision, so that it can be brought back with the text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_what_lasts_by_index")]
    operations = [
        migrations.AddField(
            model_name="postmortemrevision",
            name="generated_timeline",
            field=models.TextField(
                blank=True,
                help_text="The timeline as last assembled when this was saved; comes back with it.",
            ),
        )
    ]
