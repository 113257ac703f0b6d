"""Templates for common updates."""

from django.db import transaction

from incidents.choices import IncidentStatus
from incidents.errors import LifecycleError
from incidents.models import Page, UpdateTemplate

from .writing import check_not_empty


def save_update_template(
    *,
    page: Page,
    name: str,
    status: IncidentStatus,
    body: str,
    title: str = "",
    template: UpdateTemplate | None = None,
) -> UpdateTemplate:
    """Write a template, or change one. Nothing public follows from it, so it sends no signal."""
    template = template or UpdateTemplate(page=page)
    template.name = check_not_empty(name, field="name", what="The name")
    template.status, template.title = status, title.strip()
    template.body = check_not_empty(body, field="body", what="The text")
    if page.update_templates.filter(name=template.name).exclude(pk=template.pk).exists():
        raise LifecycleError("Another template has this name.", field="name")
    with transaction.atomic():
        template.full_clean()
        template.save()
    return template


def delete_update_template(*, template: UpdateTemplate) -> None:
    """Remove a template; updates that were started from it keep their words."""
    template.delete()
