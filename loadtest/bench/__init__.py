"""How fast it is, each figure beside a yardstick that is measured in the same run.

Other than the load test it starts what it measures, on databases of its own, and so uses
`cinema.embedded` and `cinema.demo`, and in `programme` the provider's own code.
"""
