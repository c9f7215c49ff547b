"""The programme as a table that people edit in Excel: one row per showing, `.csv` or `.xlsx`.

The first row names the columns (`columns.py`). A row has the film's columns and the showing's; with
hall, date and time empty it is a film alone. A film is known by name and year, a showing by hall
and start, so the same file can be imported again. An empty cell says nothing: what is there stays.

CSV is UTF-8, with or without a byte-order mark, separated by commas, semicolons or tabs.
"""
