"""A cinema with years behind it: sales by the million, and what a rush of buyers would meet."""
