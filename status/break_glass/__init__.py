"""Publishing with the database, Redis and the broker gone, and bringing it into the timeline when they return.

`standby` keeps a copy of what documents are made from; `records` are the signed files that say what was published;
`posting` makes documents from the two; `bringing_in` carries the records into the database.
"""
