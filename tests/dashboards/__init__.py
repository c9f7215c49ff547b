"""The dashboards of the charts, and `make watch`, which can answer their questions."""
