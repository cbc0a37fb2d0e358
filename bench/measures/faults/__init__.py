"""Kills and faults: whether anything that was acknowledged is lost or there twice."""
