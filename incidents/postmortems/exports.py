"""A postmortem to take along: Markdown, HTML, PDF and JSON, each for colleagues or for the public.

What is for the public is made of the published text and of what the public report tells, and of nothing else.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from incidents import durations
from incidents.choices import Moment
from incidents.instants import format_instant, rfc3339
from incidents.markdown import render, render_marked, with_images
from incidents.models import Postmortem

from . import front_matter
from .facts import figures_of

INTERNAL, PUBLIC = "internal", "public"
_OWN_IMAGE = re.compile(r"/media/(postmortems/[\w-]+\.png)")


def export_of(postmortem: Postmortem, audience: str, form: str, at: datetime) -> tuple[bytes, str]:
    """One export's bytes and media type. `audience` is internal or public, `form` one of `FORMS`."""
    make, content_type = FORMS[form]
    return make(postmortem, audience, at), content_type


def facts(postmortem: Postmortem, audience: str, at: datetime) -> dict[str, object]:
    """What an export says besides the text, as values that JSON holds."""
    incident = postmortem.incident
    told: dict[str, object] = {
        "audience": audience,
        "exported_at": rfc3339(at),
        "organisation": incident.page.reported_by,
        "incident": incident.code,
        "title": incident.name,
        "impact": incident.impact,
        "address": f"{settings.SITE_URL}/incidents/{incident.code}",
        "published_at": rfc3339(postmortem.published_at) if postmortem.published_at else None,
        "corrections": [{"at": rfc3339(each.at), "note": each.note} for each in postmortem.corrections.all()],
    }
    if audience == PUBLIC:
        items = incident.action_items.public() if postmortem.is_published else ()
        return told | {"action_items": [{"title": item.public_wording, "status": item.status} for item in items]}
    figures = figures_of(incident)
    return told | {
        "revision": postmortem.revisions.order_by("-pk").values_list("pk", flat=True).first(),
        "status": postmortem.status,
        "author": postmortem.author.display_name if postmortem.author else None,
        "approved_by": postmortem.approved_by.display_name if postmortem.approved_by else None,
        "moments": {
            f"{moment}_at": rfc3339(at) if (at := getattr(incident, f"{moment}_at")) else None for moment in Moment
        },
        "figures": {name: getattr(figures, name) for name in figures.__slots__ if name.endswith("_seconds")},
        "action_items": [
            {
                "title": item.title,
                "kind": item.kind,
                "priority": item.priority,
                "owner": item.owner.display_name if item.owner else None,
                "due_on": item.due_on.isoformat() if item.due_on else None,
                "status": item.status,
                "public": item.is_public,
            }
            for item in incident.action_items.select_related("owner")
        ],
        "no_action_reason": postmortem.no_action_reason,
    }


def text_for(postmortem: Postmortem, audience: str) -> str:
    """The Markdown that an audience may read."""
    return postmortem.published_body if audience == PUBLIC else postmortem.draft


def _html(postmortem: Postmortem, audience: str) -> SafeString:
    return render(postmortem.published_body) if audience == PUBLIC else render_marked(postmortem.draft)


def _markdown(postmortem: Postmortem, audience: str, at: datetime) -> bytes:
    return front_matter.written(facts(postmortem, audience, at), text_for(postmortem, audience)).encode()


def _json(postmortem: Postmortem, audience: str, at: datetime) -> bytes:
    told = {"format": front_matter.FORMAT, **facts(postmortem, audience, at)}
    told |= {"text": text_for(postmortem, audience), "html": str(_html(postmortem, audience))}
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def _page(postmortem: Postmortem, audience: str, at: datetime) -> bytes:
    context = {
        "facts": _lines(postmortem, audience, at),
        "title": postmortem.incident.name,
        "audience": audience,
        "body": with_images(_html(postmortem, audience), _inlined),
        "items": facts(postmortem, audience, at)["action_items"],
    }
    return render_to_string("incidents/postmortem/export.html", context).encode()


def _pdf(postmortem: Postmortem, audience: str, at: datetime) -> bytes:
    from .documents import pdf_of  # here, since fpdf2 takes long to import

    return pdf_of(
        title=postmortem.incident.name,
        author=postmortem.incident.page.reported_by,
        facts=_lines(postmortem, audience, at),
        markup=str(_html(postmortem, audience)),
        items=[f"{item['title']} ({item['status'].replace('_', ' ')})" for item in _items(postmortem, audience, at)],
        image=_file_of,
    )


def _items(postmortem: Postmortem, audience: str, at: datetime) -> list[dict[str, str]]:
    return facts(postmortem, audience, at)["action_items"]


def _lines(postmortem: Postmortem, audience: str, at: datetime) -> list[tuple[str, str]]:
    """The facts that stand above the text, in words."""
    incident, zone = postmortem.incident, postmortem.incident.page.zone
    lines = [("For", "everybody" if audience == PUBLIC else "colleagues only: holds internal passages")]
    lines.append(("Incident report of", incident.page.reported_by))
    if postmortem.published_at:
        lines.append(("Published", format_instant(postmortem.published_at, zone)))
    lines += [("Corrected", f"{format_instant(each.at, zone)}: {each.note}") for each in postmortem.corrections.all()]
    if audience == PUBLIC:
        return lines
    for moment in Moment:
        at_moment = getattr(incident, f"{moment}_at")
        lines.append((moment.label, format_instant(at_moment, zone) if at_moment else "not known"))
    figures = figures_of(incident)
    for label, name in (
        ("TTD, impact began to detected", "ttd_seconds"),
        ("TTR, impact began to ended", "ttr_seconds"),
    ):
        seconds = getattr(figures, name)
        lines.append((label, "not known" if seconds is None else durations.since_impact(seconds)))
    return lines


def _inlined(path: str) -> str:
    """An image of ours as a part of the document; one that is gone leaves its words."""
    file = _file_of(path)
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}" if file else "data:,"


def _file_of(path: str) -> Path | None:
    """Where an image of ours lies; None for what is no image of a postmortem, or is gone."""
    name = _OWN_IMAGE.fullmatch(path)
    file = Path(settings.MEDIA_ROOT) / name[1] if name else None
    return file if file is not None and file.is_file() else None


FORMS: dict[str, tuple[Callable[[Postmortem, str, datetime], bytes], str]] = {
    "md": (_markdown, "text/markdown; charset=utf-8"),
    "html": (_page, "text/html; charset=utf-8"),
    "pdf": (_pdf, "application/pdf"),
    "json": (_json, "application/json; charset=utf-8"),
}
