"""The tools that a model may call, behind one guard."""
