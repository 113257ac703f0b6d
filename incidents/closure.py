"""By when an action item should be finished, and on which days its owner and the page's leads are told."""

from dataclasses import dataclass
from datetime import date, timedelta

from .choices import NoticeKind
from .models import ClosurePolicy, Page

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which something is to be told of an item."""

    kind: NoticeKind
    on: date


def policy_of(page: Page) -> ClosurePolicy:
    """The page's closure policy, or the defaults."""
    return ClosurePolicy.objects.filter(page=page).first() or ClosurePolicy(page=page)


def due_after(day: date, days: int) -> date:
    """The due date so many days after a day."""
    return day + timedelta(days=days)


def owner_mark(created_on: date, due_on: date, today: date) -> Mark | None:
    """The last day up to today on which its owner was to be reminded: half time, 80 %, due, then weekly.

    Only the last: who was away for three weeks is reminded once, of where it stands now. Parts of a day count as whole
    ones, so that nobody is reminded early.
    """
    span = max((due_on - created_on).days, 0)
    marks = [
        Mark(NoticeKind.HALF, created_on + timedelta(days=-(-span // 2))),
        Mark(NoticeKind.MOST, created_on + timedelta(days=-(-span * 4 // 5))),
        Mark(NoticeKind.DUE, due_on),
    ]
    weeks = (today - due_on) // WEEK
    if weeks > 0:
        marks.append(Mark(NoticeKind.OVERDUE, due_on + weeks * WEEK))
    reached = [mark for mark in marks if mark.on <= today]
    return reached[-1] if reached else None


def lead_mark(due_on: date, today: date) -> Mark | None:
    """The last day up to today on which the leads were to hear of an overdue item: after one week and after two."""
    late = today - due_on  # of a due date at the calendar's end there is no day a week later to compare with
    if late >= 2 * WEEK:
        return Mark(NoticeKind.ESCALATED_AGAIN, due_on + 2 * WEEK)
    return Mark(NoticeKind.ESCALATED, due_on + WEEK) if late >= WEEK else None
