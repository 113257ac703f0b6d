"""What many incidents say: stored month by month, summarised, compared, drawn and sent on.

`months.py` stores and reads (Django); `overview.py` and `monthly.py` put a page together; all that they are made of is
pure. A figure's way: `records.py`, `measures.py`, `batches.py` with `packed.py`, `summaries.py`, `comparison.py`,
`sentences.py`, `measure_view.py` with `charts/`.
"""
