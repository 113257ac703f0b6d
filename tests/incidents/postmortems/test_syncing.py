"""Bringing a draft's timeline up to date: what is added, what is left alone, also after an earlier text came back."""

from incidents.choices import IncidentStatus
from incidents.lifecycle import edit_update, post_update, save_postmortem_template, start_postmortem
from incidents.models import Postmortem, PostmortemRevision
from tests.factories import make_incident

from .asking import address, latest


def test_syncing_the_timeline_leaves_hand_edits(incident, console):
    console.post(address("start-postmortem", incident))
    postmortem = Postmortem.objects.get(incident=incident)
    edited = postmortem.draft.replace("Investigating: We are looking into it.", "We began to look")
    answer = console.post(address("sync-postmortem-timeline", incident), {"body": edited, "base": latest(postmortem)})

    assert answer.status_code == 302
    assert "We began to look" in Postmortem.objects.get(incident=incident).draft


def sync(console, incident, **fields):
    postmortem = Postmortem.objects.get(incident=incident)
    sent = {"body": postmortem.draft, "base": latest(postmortem)} | fields
    return console.post(address("sync-postmortem-timeline", incident), sent)


def test_syncing_adds_the_timeline_that_a_template_left_out(page, incident, console, responder):
    template = save_postmortem_template(page=page, name="Short", body="## Summary\n\n## Timeline\n")
    start_postmortem(incident=incident, by=responder, template=template)

    sync(console, incident)

    assert "Investigating: We are looking into it." in Postmortem.objects.get(incident=incident).draft


def test_an_earlier_text_takes_up_its_timeline_again(page, console, responder):
    incident = make_incident(page)
    first = latest(start_postmortem(incident=incident, by=responder))
    update = post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Reverted.", by=responder)
    edit_update(update=incident.updates.earliest("pk"), body="We look into it.", by=responder)
    sync(console, incident)
    whole = Postmortem.objects.get(incident=incident).draft
    assert f"entry:update-{update.code}" in whole

    console.post(address("restore-postmortem", incident, first))
    assert f"entry:update-{update.code}" not in Postmortem.objects.get(incident=incident).draft
    sync(console, incident)

    assert Postmortem.objects.get(incident=incident).draft == whole


def test_a_text_from_before_timelines_were_kept_takes_up_what_it_holds(page, console, responder):
    incident = make_incident(page)
    first = latest(start_postmortem(incident=incident, by=responder))
    PostmortemRevision.objects.update(generated_timeline="")
    update = post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Reverted.", by=responder)
    sync(console, incident)

    console.post(address("restore-postmortem", incident, first))
    sync(console, incident)

    assert f"entry:update-{update.code}" in Postmortem.objects.get(incident=incident).draft


def test_a_sync_that_meets_another_save_leaves_the_lines_for_the_next_one(page, console, colleague, responder):
    incident = make_incident(page)
    started = start_postmortem(incident=incident, by=responder)
    base = latest(started)
    theirs = started.draft.replace("## Summary", "## Summary\n\nTheirs.")
    colleague.post(address("postmortem", incident), {"body": theirs, "base": base})
    update = post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Reverted.", by=responder)

    met = sync(console, incident, body=started.draft, base=base)
    assert met.status_code == 409
    merged = met.context["form"]
    console.post(address("postmortem", incident), {"body": merged["body"].value(), "base": merged["base"].value()})
    sync(console, incident)
    edit_update(update=update, body="Rolled back.", by=responder)
    sync(console, incident)

    draft = Postmortem.objects.get(incident=incident).draft
    assert "Theirs." in draft
    assert "Rolled back." in draft
    assert "Reverted." not in draft
