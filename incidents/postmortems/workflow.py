"""Which step of a postmortem may follow which. Pure."""

from incidents.choices import PostmortemStatus as S

NEXT: dict[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.IN_REVIEW}),
    S.IN_REVIEW: frozenset({S.APPROVED, S.DRAFT}),
    S.APPROVED: frozenset({S.PUBLISHING, S.IN_REVIEW, S.DRAFT}),
    S.PUBLISHING: frozenset({S.PUBLISHED, S.APPROVED}),
    S.PUBLISHED: frozenset({S.CLOSED, S.IN_REVIEW, S.DRAFT}),
    S.CLOSED: frozenset({S.PUBLISHED}),
}
"""Where each step may lead, by a person or, from review on, by an edit. Imports publish at once, past all steps."""

_ORDER = tuple(NEXT)


def may_follow(current: S, following: S) -> bool:
    """Whether a postmortem that is `current` may become `following`."""
    return following in NEXT[current]


def goes_back(current: S, following: S) -> bool:
    """Whether that is a step back, which needs a reason."""
    return _ORDER.index(following) < _ORDER.index(current)
