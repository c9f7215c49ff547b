"""Breaks everything a cinema runs on while people buy, and then asks whether what they were told
can be true: `python -m loadtest.torture`, docs/torture.md.

The method is Jepsen's. `buyer` notes every request and answer, `faults` break and mend meanwhile,
`checking` reads the notes and the tables when all is over. What was not answered may have been
done or not: unknown is never taken for failed.
"""
