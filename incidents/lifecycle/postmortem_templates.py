"""A page's own templates for postmortems."""

from django.db import transaction

from incidents.errors import LifecycleError
from incidents.models import Page, PostmortemTemplate

from .writing import check_not_empty


def save_postmortem_template(
    *, page: Page, name: str, body: str, required: str = "", template: PostmortemTemplate | None = None
) -> PostmortemTemplate:
    """Write a template, or change one; postmortems that began from it keep their words. Sends no signal."""
    template = template or PostmortemTemplate(page=page)
    template.name = check_not_empty(name, field="name", what="The name")
    check_not_empty(body, field="body", what="The text")
    template.body = body.replace("\r\n", "\n")
    template.required = "\n".join(line.strip() for line in required.splitlines() if line.strip())
    if page.postmortem_templates.filter(name=template.name).exclude(pk=template.pk).exists():
        raise LifecycleError("Another template has this name.", field="name")
    with transaction.atomic():
        template.full_clean()
        template.save()
    return template


def delete_postmortem_template(*, template: PostmortemTemplate) -> None:
    """Remove a template; postmortems that began from it ask for our own sections from then on."""
    template.delete()
