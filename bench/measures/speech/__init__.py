"""How fast is heard and spoken: Jarvis' speech servers beside rhasspy's.

Both have the same small models and meet the same client, one after the other, clip by
clip.
"""
