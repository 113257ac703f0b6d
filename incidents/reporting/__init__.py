"""What many incidents say: stored month by month, summarised, compared, drawn and sent on.

`months.py` stores and reads (Django); `records.py`, `measures.py`, `summaries.py`, `comparison.py`, `spans.py`,
`sentences.py` and `charts/` are pure; `overview.py` and `monthly.py` put a page together.
"""
