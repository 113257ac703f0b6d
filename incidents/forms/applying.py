"""Putting a lifecycle refusal where it belongs on a form."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError

from incidents.errors import AlreadyDone, ItemChanged, LifecycleError

Result = TypeVar("Result")


def apply(form: forms.Form, change: Callable[..., Result], **arguments: object) -> Result | None:
    """Call a lifecycle function; on refusal put its sentence beside the field it names and return None.

    What was typed stays in the form, and nothing was written. AlreadyDone and ItemChanged pass through, as nobody
    mistyped.
    """
    try:
        return change(**arguments)
    except (AlreadyDone, ItemChanged):
        raise
    except LifecycleError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            form.add_error(field if field in form.fields else None, messages)
    return None
