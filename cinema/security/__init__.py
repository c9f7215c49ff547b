"""Who gets into the staff's site, and what a browser may do there."""
