"""Postmortems from before the workflow: what is public is published, and whoever wrote first is the author."""

from django.db import migrations


def note_what_is_out(apps, schema_editor):
    Postmortem = apps.get_model("incidents", "Postmortem")
    Revision = apps.get_model("incidents", "PostmortemRevision")
    Postmortem.objects.filter(published_at__isnull=False).update(status="published")
    for postmortem in Postmortem.objects.filter(author__isnull=True).iterator():
        first = Revision.objects.filter(postmortem=postmortem, author__isnull=False).order_by("pk").first()
        if first is not None:
            Postmortem.objects.filter(pk=postmortem.pk).update(author=first.author_id)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_postmortem_workflow")]
    operations = [migrations.RunPython(note_what_is_out, migrations.RunPython.noop)]
