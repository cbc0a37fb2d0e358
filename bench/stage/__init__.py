"""What the benchmarks play on: a Home Assistant, a house, two agents, a table."""
