"""Taking over another status page: Statuspage documents in, our rows out.

Three steps that know nothing of each other's work: bytes come from files (`sources`) or a site (`fetching`), `reading`
makes checked documents of them, `gathering` joins those by page, and `run` writes the outcome in one transaction.
"""
