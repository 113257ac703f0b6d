"""Give every action item that was given up its reason, from its history, and every tracker link its key."""

from django.db import migrations

from incidents.trackers import link_of

UNKNOWN = "No reason was recorded."


def fill(apps, schema_editor):
    ActionItem = apps.get_model("incidents", "ActionItem")
    ActionItemChange = apps.get_model("incidents", "ActionItemChange")
    for item in ActionItem.objects.filter(status="wont_do", wont_do_reason=""):
        given = ActionItemChange.objects.filter(item=item, field="status", after="wont_do").order_by("-pk").first()
        item.wont_do_reason = (given and given.reason) or UNKNOWN
        item.save(update_fields=["wont_do_reason"])
    for item in ActionItem.objects.exclude(tracker_url=""):
        link = link_of(item.tracker_url)
        item.tracker_key = link.key if link else ""
        item.save(update_fields=["tracker_key"])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_action_item_followup")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
